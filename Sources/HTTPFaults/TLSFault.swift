// Why no secure connection came about, in words: the library's own name a line of its source.

import NIOSSL

/// What is wrong between us and a server before anything was sent to it.
package struct TLSFault: Error, Sendable, Equatable {
    package var words: String
    /// Whether the certificate that the server shows would tell more.
    let asksForALook: Bool

    /// Nil where the error is none of TLS.
    ///
    /// - Parameter byName: false where the server is called by its address: no name is sent then, and none is in its
    ///   certificate.
    package init?(_ error: any Error, byName: Bool = true) {
        switch error {
        case let fault as TLSFault:
            self = fault
        case let error as NIOSSLExtraError
        where [.failedToValidateHostname, .serverHostnameImpossibleToMatch].contains(error):
            self.init(byName ? "the certificate is for another name" : "the certificate is not for this address")
        case NIOSSLError.uncleanShutdown:
            return nil
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(text: String(describing: error), byName: byName)
        default:
            return nil
        }
    }

    private init(_ words: String, asksForALook: Bool = false) {
        self.words = words
        self.asksForALook = asksForALook
    }

    private init(text: String, byName: Bool) {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            self.init("no authority that is trusted vouches for the certificate", asksForALook: true)
        } else if text.contains("HANDSHAKE_FAILURE_ON_CLIENT_HELLO") {
            let advice = byName ? "" : "; or it wants to be called by its name, not by its address"
            self.init(
                "no kind of key, cipher or group is spoken by both ends: here it is certificates for RSA, or for ECDSA "
                    + "on P-256 or P-384, and ECDHE" + advice, asksForALook: true)
        } else if let known = Self.reasons.first(where: { text.contains($0.reason) }) {
            self.init(known.words)
        } else {
            self.init("the handshake failed" + (Self.reason(in: text).map { " (\($0))" } ?? ""))
        }
    }

    /// By the names that BoringSSL, or NIOSSL, has for its reasons; an `ALERT` is the other end's.
    private static let reasons = [
        (reason: "WRONG_VERSION_NUMBER", words: "what answers there speaks no TLS"),
        (reason: "PROTOCOL_VERSION", words: "no version of TLS from 1.2 on is spoken there"),
        (reason: "UNSUPPORTED_PROTOCOL", words: "no version of TLS from 1.2 on is spoken there"),
        (
            reason: "NO_APPLICATION_PROTOCOL",
            words: "HTTP/1.1 is not spoken there (ALPN), perhaps HTTP/2 only, which is not spoken here"
        ),
        (reason: "UNRECOGNIZED_NAME", words: "nothing is served there under this name (SNI)"),
        (reason: "CERTIFICATE_REQUIRED", words: "a certificate is demanded of clients there"),
        (reason: "ALERT_BAD_CERTIFICATE", words: "our certificate is not accepted there"),
        (
            reason: "ALERT_UNSUPPORTED_CERTIFICATE",
            words: "our certificate is not accepted there: its kind is not known"
        ),
        (reason: "ALERT_CERTIFICATE_UNKNOWN", words: "our certificate is not accepted there"),
        (reason: "ALERT_CERTIFICATE_REVOKED", words: "our certificate is not accepted there: it was revoked"),
        (reason: "ALERT_CERTIFICATE_EXPIRED", words: "our certificate is not accepted there: it has expired"),
        (
            reason: "ALERT_UNKNOWN_CA",
            words: "our certificate is not accepted there: nobody who is trusted there vouches for it"
        ),
        (reason: "ALERT_ACCESS_DENIED", words: "our certificate is accepted there, and gives no access"),
        (
            reason: "ALERT_HANDSHAKE_FAILURE",
            words: "the handshake was broken off there; perhaps a certificate is demanded of clients"
        ),
        (
            reason: "EOF during handshake",
            words: "the connection was ended there within the handshake; perhaps no TLS is spoken"
        ),
    ]

    /// `BAD_SIGNATURE` of `…OPENSSL_internal:BAD_SIGNATURE at /…`, as words.
    private static func reason(in text: String) -> String? {
        guard let start = text.firstRange(of: "OPENSSL_internal:") else { return nil }
        let name = text[start.upperBound...].prefix { $0.isUppercase || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : name.lowercased().replacing("_", with: " ")
    }
}
