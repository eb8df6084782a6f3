// The certificates of one endpoint: whom to trust, and what to show.

import FoundationEssentials
import NIOSSL

/// PEM texts as configured.
package struct Certificates: Sendable {
    /// Trusted besides what the system trusts.
    package var authorities: [UInt8]?
    package var client: (certificate: [UInt8], key: [UInt8])?

    package init(authorities: [UInt8]? = nil, client: (certificate: [UInt8], key: [UInt8])? = nil) {
        self.authorities = authorities
        self.client = client
    }

    /// A PEM text that is not what it should be.
    package enum Fault: Error, Sendable, Equatable {
        case authorities, clientCertificate, clientKey
        /// Key and certificate are each well-formed, and not a pair.
        case notAPair
    }

    func addTo(_ tls: inout TLSConfiguration) throws(Fault) {
        if let authorities {
            tls.additionalTrustRoots.append(.certificates(try Self.read(authorities, or: .authorities)))
        }
        guard let client else { return }
        let chain = try Self.read(client.certificate, or: .clientCertificate)
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(bytes: client.key, format: .pem) } catch { throw .clientKey }
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(key)
        // The library compares the two when it makes a context.
        do { _ = try NIOSSLContext(configuration: tls) } catch { throw .notAPair }
    }

    private static func read(_ pem: [UInt8], or fault: Fault) throws(Fault) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else { throw fault }
        return certificates
    }

    /// Throws where a connection could not be made with these.
    package func check() throws(Fault) {
        var tls = TLSConfiguration.makeClientConfiguration()
        try addTo(&tls)
    }
}
