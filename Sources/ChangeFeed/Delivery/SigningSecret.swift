// Signing keys as people hold them: `whsec_…`, or any text they agreed on with a receiver.

import FoundationEssentials

extension SigningKey {
    /// Why a text is no secret to sign with. The text itself is never part of it.
    package enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        case empty
        case notBase64
        case notEd25519
        case publicKey
        case notPublicKey
        case otherSpelling

        package var description: String {
            switch self {
            case .empty: "the signature key is empty; `insightly-webhooks secret` prints a new one"
            case .notBase64:
                "the signature key begins with whsec_, but what follows is not base64; "
                    + "copy it whole, or make a new one with `insightly-webhooks secret`"
            case .notEd25519:
                "the signature key begins with whsk_, but what follows is not an Ed25519 private key in base64; "
                    + "copy it whole, or make a new one with `insightly-webhooks secret --ed25519`"
            case .notPublicKey:
                "the key begins with whpk_, but what follows is not an Ed25519 public key in base64; copy it whole"
            case .otherSpelling:
                "the signature key has a space before whsec_ or whsk_, or capitals in it, and would be taken for a text of "
                    + "your own; write it as `insightly-webhooks secret` prints it"
            case .publicKey: "whpk_… is the public key, which receivers verify with; the daemon needs whsk_…"
            }
        }
    }

    /// What Standard Webhooks puts before a symmetric key.
    package static let prefix = "whsec_"

    /// What Standard Webhooks puts before a private key of Ed25519.
    package static let privatePrefix = "whsk_"

    /// What Standard Webhooks puts before a public key of Ed25519.
    static let publicPrefix = "whpk_"

    /// Bytes of a new key: as many as HMAC-SHA256 puts out; Standard Webhooks asks for 24 to 64.
    package static let newKeyBytes = 32

    /// `whsec_<base64>` stands for those bytes, `whsk_<base64>` for a private key, any other text for its UTF-8 bytes.
    package init(secret: String) throws(Fault) {
        if secret.hasPrefix(Self.publicPrefix) { throw .publicKey }
        if secret.hasPrefix(Self.privatePrefix) {
            guard let bytes = Data(base64Encoded: String(secret.dropFirst(Self.privatePrefix.count))),
                let key = SigningKey(ed25519: Array(bytes))
            else { throw .notEd25519 }
            self = key
            return
        }
        guard secret.hasPrefix(Self.prefix) else {
            guard !secret.isEmpty else { throw .empty }
            let meant = secret.drop(while: \.isWhitespace).lowercased()
            guard ![Self.prefix, Self.privatePrefix, Self.publicPrefix].contains(where: meant.hasPrefix) else {
                throw .otherSpelling
            }
            self.init(bytes: Array(secret.utf8))
            return
        }
        guard let bytes = Data(base64Encoded: String(secret.dropFirst(Self.prefix.count))) else { throw .notBase64 }
        guard !bytes.isEmpty else { throw .empty }
        self.init(bytes: Array(bytes))
    }

    /// A new key of 32 bytes.
    package static func random(using generator: inout some RandomNumberGenerator) -> SigningKey {
        SigningKey(bytes: (0..<newKeyBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// A new private key of Ed25519.
    package static func randomEd25519(using generator: inout some RandomNumberGenerator) -> SigningKey {
        // Any 32 bytes are a private key.
        SigningKey(ed25519: random(using: &generator).bytes) ?? random(using: &generator)
    }

    /// `whsec_<base64>` or `whsk_<base64>`: the secret itself, for the one place where it is meant to be shown. A private
    /// key has its public key behind it, as others write it.
    package var secretText: String {
        guard let publicText, let publicKey = Data(base64Encoded: String(publicText.dropFirst(Self.publicPrefix.count)))
        else {
            return Self.prefix + Data(bytes).base64EncodedString()
        }
        return Self.privatePrefix + (Data(bytes) + publicKey).base64EncodedString()
    }
}
