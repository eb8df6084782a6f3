// Keys that sign webhooks: a secret that both sides have, or one that only the sender has.

import Crypto
import FoundationEssentials

/// A key that signs webhooks. Its bytes never show in a description.
package struct SigningKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package enum Scheme: Sendable, Hashable {
        /// `v1`: HMAC-SHA256.
        case shared
        /// `v1a`: Ed25519. The bytes are the 32 of the private key.
        case ed25519
    }

    package let scheme: Scheme
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        scheme = .shared
        self.bytes = bytes
    }

    /// Nil where these are not the 32 bytes of a private key, or its 64 with the public key behind it.
    package init?(ed25519 bytes: [UInt8]) {
        let seed = Array(bytes.prefix(32))
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            bytes.count == 32
                || bytes.count == 64 && Array(key.publicKey.rawRepresentation) == Array(bytes.dropFirst(32))
        else { return nil }
        scheme = .ed25519
        self.bytes = seed
    }

    package var description: String { "signing key of \(bytes.count) bytes" }
    package var debugDescription: String { description }
    /// Without members, so that `dump` and test reports show none.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// One entry of `webhook-signature`.
    func signature(of content: [UInt8]) -> String {
        switch scheme {
        case .shared:
            return "v1," + Data(authenticationCode(of: content)).base64EncodedString()
        case .ed25519:
            // A key that was accepted signs: what fails here is the library, not the key.
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
            return "v1a," + ((try? key?.signature(for: content))?.base64EncodedString() ?? "")
        }
    }

    func authenticationCode(of content: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: bytes)))
    }

    /// `whpk_<base64>`: what receivers verify with; nil for a shared key, which has no public side.
    package var publicText: String? {
        publicKey.map { Self.publicPrefix + $0.rawRepresentation.base64EncodedString() }
    }

    /// Nil for a shared key.
    var publicKey: Curve25519.Signing.PublicKey? {
        scheme == .ed25519 ? (try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes))?.publicKey : nil
    }
}
