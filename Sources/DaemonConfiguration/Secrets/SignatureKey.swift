// Keys that sign deliveries, as a configuration gives them.

import ChangeFeed

extension SigningKey {
    /// Standard Webhooks asks for 24 to 64 bytes behind `whsec_`, which a receiver may insist on.
    static let standardLengths = 24...64

    /// Of the bytes that were configured, from wherever they came.
    init(configured bytes: [UInt8]) throws(ValueFault) {
        // A file may hold any bytes: they are the key as they are, where they are no text.
        guard let text = String(validating: bytes, as: UTF8.self) else {
            self.init(bytes: bytes)
            return
        }
        do { try self.init(secret: text) } catch {
            throw ValueFault(error)
        }
    }
}

extension ValueFault {
    fileprivate init(_ fault: SigningKey.Fault) {
        switch fault {
        case .empty:
            self.init(wrong: "is an empty key", right: "make one with: insightly-webhooks secret")
        case .notBase64:
            self.init(
                wrong: "has no base64 behind whsec_",
                right: "copy the key again, or make one with: insightly-webhooks secret")
        case .notEd25519:
            self.init(
                wrong: "has no private key of Ed25519 behind whsk_",
                right: "copy the key again, or make one with: insightly-webhooks secret --ed25519")
        case .otherSpelling:
            self.init(
                wrong: "has a space before whsec_ or whsk_, or capitals in it",
                right: "write it as it was printed, or make one with: insightly-webhooks secret")
        case .publicKey, .notPublicKey:
            self.init(
                wrong: "is the public key, which everybody may know",
                right: "give the private one, whsk_…; receivers verify with whpk_…")
        }
    }
}
