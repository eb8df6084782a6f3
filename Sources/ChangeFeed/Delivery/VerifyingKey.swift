// What receivers verify with.

import Crypto
import FoundationEssentials

/// The key that both sides have, or the public side of the sender's.
package struct VerifyingKey: Sendable, CustomStringConvertible, CustomReflectable {
    private enum Material: Sendable {
        case shared(SymmetricKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let material: Material

    private init(_ material: Material) {
        self.material = material
    }

    /// Of who has the key that signs.
    package init(_ key: SigningKey) {
        self.init(key.publicKey.map { .ed25519($0) } ?? .shared(SymmetricKey(data: key.bytes)))
    }

    /// `whpk_<base64>`, or a secret as it signs.
    package init(text: String) throws(SigningKey.Fault) {
        guard text.hasPrefix(SigningKey.publicPrefix) else {
            self.init(try SigningKey(secret: text))
            return
        }
        guard let bytes = Data(base64Encoded: String(text.dropFirst(SigningKey.publicPrefix.count))),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw .notPublicKey }
        self.init(.ed25519(key))
    }

    /// Whether this entry, `v1,…` or `v1a,…`, is this key's signature, compared in constant time.
    func accepts(_ entry: Substring, of content: [UInt8]) -> Bool {
        switch material {
        case .shared(let key):
            guard entry.hasPrefix("v1,"), let code = Data(base64Encoded: String(entry.dropFirst(3))) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key)
        case .ed25519(let key):
            guard entry.hasPrefix("v1a,"), let signature = Data(base64Encoded: String(entry.dropFirst(4))) else {
                return false
            }
            return key.isValidSignature(signature, for: content)
        }
    }

    package var description: String { "verifying key" }
    /// Without members, so that `dump` and test reports show none.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
