// Keys read from configuration and command lines, and made anew.

import ChangeFeed
import Testing

@Suite("SigningSecret")
struct SigningSecretTests {
    @Test("whsec_ is followed by the key in base64; any other text is its own bytes")
    func forms() throws {
        #expect(try SigningKey(secret: "whsec_aHVuZGVy").bytes == Array("hunder".utf8))
        #expect(try SigningKey(secret: "grüezi").bytes == Array("grüezi".utf8))
    }

    @Test("what is no key is refused, and the refusal does not repeat it")
    func faults() {
        #expect(throws: SigningKey.Fault.empty) { try SigningKey(secret: "") }
        #expect(throws: SigningKey.Fault.empty) { try SigningKey(secret: "whsec_") }
        #expect(throws: SigningKey.Fault.notBase64) { try SigningKey(secret: "whsec_s3cret!") }
        #expect(!"\(SigningKey.Fault.notBase64)".contains("s3cret"))
    }

    @Test("a new key has 32 bytes, reads back from its text, and is never the same twice")
    func newKeys() throws {
        var generator = SystemRandomNumberGenerator()
        let key = SigningKey.random(using: &generator)
        #expect(key.bytes.count == 32)
        #expect(try SigningKey(secret: key.secretText) == key)
        #expect(SigningKey.random(using: &generator) != key)
    }

    @Test("whsk_ is followed by a private key, with its public key behind it or without")
    func privateKeys() throws {
        var generator = SystemRandomNumberGenerator()
        let key = SigningKey.randomEd25519(using: &generator)
        #expect(key.scheme == .ed25519 && key.publicText?.hasPrefix("whpk_") == true)
        #expect(try SigningKey(secret: key.secretText) == key)
        #expect(try SigningKey(secret: "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=").scheme == .ed25519)
    }

    @Test("a public key is none to sign with")
    func publicKey() {
        #expect(throws: SigningKey.Fault.publicKey) {
            try SigningKey(secret: "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
        }
    }

    @Test(
        "what is no private key is refused",
        arguments: [
            "whsk_", "whsk_!", "whsk_AAAA",
            // The public half of another key.
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfUKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
        ])
    func noPrivateKey(text: String) {
        #expect(throws: SigningKey.Fault.notEd25519) { try SigningKey(secret: text) }
    }
}
