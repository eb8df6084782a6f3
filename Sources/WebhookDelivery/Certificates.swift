// The certificates of one endpoint: whom to trust, and what to show.

import ChangeFeed
import NIOSSL

/// PEM texts as configured.
package struct Certificates: Sendable {
    /// Trusted besides what the system trusts.
    package var authorities: [UInt8]?
    /// Shown to the receiver: the certificate, then those that vouch for it.
    package var clientCertificate: [UInt8]?
    package var clientKey: Secret?

    package init(authorities: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: Secret? = nil) {
        self.authorities = authorities
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }

    /// A PEM text that is not what it should be.
    package enum Fault: Error, Sendable, Equatable {
        case noAuthorities, noClientCertificate, noClientKey
        /// Key and first certificate are each well-formed, and not a pair.
        case notAPair
    }

    /// What is of no use any more.
    package enum Expiry: Sendable, Equatable {
        /// All of them; the last at this time.
        case authorities(Instant)
        case clientCertificate(Instant)
    }

    /// Everything that keeps a connection from being made with these.
    package var faults: [Fault] {
        var faults: [Fault] = []
        if let authorities, Self.read(authorities).isEmpty { faults.append(.noAuthorities) }
        let chain = clientCertificate.map(Self.read)
        if let chain, chain.isEmpty { faults.append(.noClientCertificate) }
        let key = clientKey.map(Self.read)
        if case .some(nil) = key { faults.append(.noClientKey) }
        if let chain, !chain.isEmpty, case .some(let key?) = key, !Self.isPair(chain, key) { faults.append(.notAPair) }
        return faults
    }

    /// What connections are made with, and refused for.
    package func expiries(now: Instant) -> [Expiry] {
        func end(of certificate: NIOSSLCertificate) -> Instant {
            Instant(secondsSince1970: Int64(certificate.notValidAfter))
        }
        var expiries: [Expiry] = []
        if let last = authorities.map(Self.read)?.map(end).max(), last < now { expiries.append(.authorities(last)) }
        if let first = clientCertificate.map(Self.read)?.first.map(end), first < now {
            expiries.append(.clientCertificate(first))
        }
        return expiries
    }

    func addTo(_ tls: inout TLSConfiguration) throws(Fault) {
        if let fault = faults.first { throw fault }
        if let authorities { tls.additionalTrustRoots.append(.certificates(Self.read(authorities))) }
        guard let clientCertificate, let key = clientKey.flatMap(Self.read) else { return }
        tls.certificateChain = Self.read(clientCertificate).map { .certificate($0) }
        tls.privateKey = .privateKey(key)
    }

    private static func read(_ pem: [UInt8]) -> [NIOSSLCertificate] {
        (try? NIOSSLCertificate.fromPEMBytes(pem)) ?? []
    }

    private static func read(_ key: Secret) -> NIOSSLPrivateKey? {
        try? NIOSSLPrivateKey(bytes: key.revealedBytes, format: .pem)
    }

    /// The library compares the two when it makes a context. Nothing else is in this one that could fail.
    private static func isPair(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> Bool {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([])
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(key)
        return (try? NIOSSLContext(configuration: tls)) != nil
    }
}
