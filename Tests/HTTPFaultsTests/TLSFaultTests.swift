import ChangeFeed
import HTTPFaults
import NIOCore
import NIOSSL
import Testing

@Suite("TLSFault and ShownCertificate")
struct TLSFaultTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)
    private var good: ShownCertificate {
        ShownCertificate(validFrom: now - .days(10), validUntil: now + .days(10))
    }

    @Test("Errors of TLS have words, and no others")
    func words() {
        #expect(TLSFault(NIOSSLExtraError.failedToValidateHostname)?.words == "the certificate is for another name")
        #expect(
            TLSFault(NIOSSLExtraError.failedToValidateHostname, byName: false)?.words
                == "the certificate is not for this address")
        let early = NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake]))
        #expect(TLSFault(early)?.words.contains("within the handshake") == true)
        #expect(TLSFault(NIOSSLError.handshakeFailed(.zeroReturn))?.words == "the handshake failed")
        #expect(TLSFault(NIOSSLError.uncleanShutdown) == nil)
        #expect(TLSFault(IOError(errnoCode: 104, reason: "read")) == nil)
    }

    @Test("A certificate that holds is no reason, nor is none")
    func nothing() {
        #expect(ShownCertificate.fault(of: [], at: now) == nil)
        #expect(ShownCertificate.fault(of: [good, good], at: now) == nil)
    }

    @Test("What is wrong with a certificate is said, the server's own first")
    func faults() {
        var expired = good
        expired.validUntil = now - .seconds(1)
        var future = good
        future.validFrom = now + .seconds(1)
        var forClients = good
        forClients.isForServers = false
        var strange = good
        strange.key = .ed25519
        let cases = [
            ([expired, future], "the certificate has expired"),
            ([future, expired], "the certificate is not valid yet"),
            ([forClients, expired], "not made for servers"), ([strange, expired], "a key of Ed25519"),
            ([good, good, expired], "a certificate that vouches for the server's has expired"),
            ([good, future], "a certificate that vouches for the server's is not valid yet"),
        ]
        for (chain, words) in cases {
            #expect(ShownCertificate.fault(of: chain, at: now)?.contains(words) == true)
        }
    }
}
