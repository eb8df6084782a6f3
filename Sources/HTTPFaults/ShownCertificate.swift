// What a certificate that was refused says of itself.

import ChangeFeed
import NIOSSL

/// The parts of a certificate that may be why it does not hold.
package struct ShownCertificate: Sendable, Equatable {
    package enum Key: String, Sendable, Equatable {
        case ed25519 = "Ed25519"
        case ed448 = "Ed448"
        case p521 = "P-521"
        case dsa = "DSA"
        /// Whatever it is, it is no reason.
        case other
    }

    package var validFrom: Instant
    package var validUntil: Instant
    /// Whether it may prove a server, or anything.
    package var isForServers: Bool
    package var key: Key

    package init(validFrom: Instant, validUntil: Instant, isForServers: Bool = true, key: Key = .other) {
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.isForServers = isForServers
        self.key = key
    }

    /// What is wrong with certificates shown one after the other, the server's own first; nil where that does not show.
    package static func fault(of chain: [ShownCertificate], at now: Instant) -> String? {
        guard let own = chain.first else { return nil }
        if own.key != .other {
            return
                "the certificate has a key of \(own.key.rawValue), which is not spoken here: RSA is, and ECDSA on P-256 "
                + "and P-384"
        }
        if let fault = own.fault(at: now) { return "the certificate \(fault)" }
        if !own.isForServers {
            return "the certificate is not made for servers (its extended key usage lacks serverAuth)"
        }
        return chain.dropFirst().lazy.compactMap { $0.fault(at: now) }.first.map {
            "a certificate that vouches for the server's \($0)"
        }
    }

    private func fault(at now: Instant) -> String? {
        if validUntil < now { return "has expired (\(validUntil.iso8601))" }
        if validFrom > now {
            return "is not valid yet (from \(validFrom.iso8601) on; here it is \(now.iso8601))"
        }
        return nil
    }
}

extension ShownCertificate {
    init(_ certificate: NIOSSLCertificate) {
        let usages = certificate._extensions.first { $0.objectIdentifier == Self.extendedKeyUsage }
        let key = try? certificate.extractPublicKey().toSPKIBytes()
        self.init(
            validFrom: Instant(secondsSince1970: Int64(certificate.notValidBefore)),
            validUntil: Instant(secondsSince1970: Int64(certificate.notValidAfter)),
            isForServers: usages.map { usage in
                [Self.serverAuth, Self.anyUsage].contains { usage.data.contains($0) }
            } ?? true,
            key: Self.keys.first { key?.prefix(30).contains($0.identifier) ?? false }?.key ?? .other)
    }

    private static let extendedKeyUsage = NIOSSLObjectIdentifier("2.5.29.37")
    // Object identifiers as they stand in certificates.
    private static let serverAuth: [UInt8] = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]
    private static let anyUsage: [UInt8] = [0x06, 0x04, 0x55, 0x1D, 0x25, 0x00]
    private static let keys: [(identifier: [UInt8], key: Key)] = [
        ([0x06, 0x03, 0x2B, 0x65, 0x70], .ed25519), ([0x06, 0x03, 0x2B, 0x65, 0x71], .ed448),
        ([0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23], .p521),
        ([0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01], .dsa),
    ]
}
