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
}
