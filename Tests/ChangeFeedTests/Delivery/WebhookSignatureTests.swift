import ChangeFeed
import FoundationEssentials
import Testing

@Suite("WebhookSignature")
struct WebhookSignatureTests {
    // The test vector that the reference libraries of Standard Webhooks share.
    private let key = SigningKey(bytes: Array(Data(base64Encoded: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") ?? Data()))
    private let other = SigningKey(bytes: Array("another key of some length".utf8))
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let body = Array(#"{"test": 2432232314}"#.utf8)
    private let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    private let now = Instant(secondsSince1970: 1_614_265_330)

    private func verify(_ header: String?, keys: [SigningKey], now: Instant) throws(WebhookSignature.Fault) {
        try WebhookSignature.verify(
            header: header, id: id, timestamp: "1614265330", body: body, keys: keys.map { VerifyingKey($0) },
            now: now)
    }

    @Test("The shared test vector comes out")
    func vector() {
        #expect(WebhookSignature.header(id: id, timestamp: 1_614_265_330, body: body, keys: [key]) == signature)
    }

    @Test("Whoever has the public side of a key verifies, with nothing else")
    func publicSide() throws {
        let signing = try SigningKey(secret: "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=")
        let header = WebhookSignature.header(id: id, timestamp: 1_614_265_330, body: body, keys: [key, signing])
        func verify(_ text: String) throws {
            try WebhookSignature.verify(
                header: header, id: id, timestamp: "1614265330", body: body, keys: [try VerifyingKey(text: text)],
                now: now)
        }
        let publicText = try #require(signing.publicText)
        try verify(publicText)
        try verify(key.secretText)
        #expect(throws: WebhookSignature.Fault.noMatch) {
            var generator = SystemRandomNumberGenerator()
            try verify(try #require(SigningKey.randomEd25519(using: &generator).publicText))
        }
        #expect(throws: SigningKey.Fault.notPublicKey) { try verify("whpk_AAAA") }
        #expect(!String(describing: try VerifyingKey(text: key.secretText)).contains("MfKQ"))
    }

    @Test("Several keys sign one after the other with one space between, and either verifies")
    func rotation() throws {
        let header = WebhookSignature.header(id: id, timestamp: 1_614_265_330, body: body, keys: [other, key])
        #expect(header.hasSuffix(" " + signature))
        #expect(header.split(separator: " ", omittingEmptySubsequences: false).count == 2)
        try verify(header, keys: [key], now: now)
        try verify(header, keys: [other], now: now)
    }

    @Test("A changed body, a foreign key and a stale timestamp are refused, each by its name")
    func refusals() {
        #expect(throws: WebhookSignature.Fault.noMatch) { try verify(signature, keys: [other], now: now) }
        #expect(throws: WebhookSignature.Fault.timestampOutOfTolerance) {
            try verify(signature, keys: [key], now: now + .seconds(301))
        }
        #expect(throws: WebhookSignature.Fault.timestampOutOfTolerance) {
            try verify(signature, keys: [key], now: now - .seconds(301))
        }
        #expect(throws: WebhookSignature.Fault.headerMissing("webhook-signature")) {
            try verify(nil, keys: [key], now: now)
        }
        #expect(throws: WebhookSignature.Fault.noMatch) {
            try WebhookSignature.verify(
                header: signature, id: id, timestamp: "1614265330", body: body + [32], keys: [VerifyingKey(key)],
                now: now)
        }
    }

    // The test vector of those who wrote the reference libraries, for the scheme with a public key.
    private static let ed25519 =
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
    private static let ed25519Signature =
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="

    @Test("The test vector of v1a verifies, comes out, and its public key is the documented one")
    func ed25519() throws {
        let key = try SigningKey(secret: Self.ed25519)
        #expect(key.publicText == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
        #expect(key.secretText == Self.ed25519)
        try verify(Self.ed25519Signature, keys: [key], now: now)
        let header = WebhookSignature.header(id: id, timestamp: 1_614_265_330, body: body, keys: [key])
        try verify(header, keys: [key], now: now)
        #if os(Linux)
            // Elsewhere signatures of this scheme are made with randomness, and are as good.
            #expect(header == Self.ed25519Signature)
        #endif
    }

    @Test("Keys of both schemes sign side by side, and each verifies only its own")
    func bothSchemes() throws {
        let asymmetric = try SigningKey(secret: Self.ed25519)
        let header = WebhookSignature.header(id: id, timestamp: 1_614_265_330, body: body, keys: [asymmetric, key])
        #expect(header.hasPrefix("v1a,") && header.hasSuffix(" " + signature))
        try verify(header, keys: [key], now: now)
        try verify(header, keys: [asymmetric], now: now)
        #expect(throws: WebhookSignature.Fault.noMatch) { try verify(signature, keys: [asymmetric], now: now) }
        #expect(throws: WebhookSignature.Fault.noMatch) { try verify(Self.ed25519Signature, keys: [key], now: now) }
    }

    @Test("The vendor's platform signs the body alone, in base64: its documented example")
    func elements() throws {
        let key = SigningKey(bytes: Array("MySecretEventSignatureKey".utf8))
        let body = Array("<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>".utf8)
        let expected = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ="
        #expect(WebhookSignature.elementsHeader(body: body, keys: [key, other]) == expected)
        let asymmetric = try SigningKey(secret: Self.ed25519)
        #expect(WebhookSignature.elementsHeader(body: body, keys: [asymmetric, key]) == expected)
        #expect(WebhookSignature.elementsHeader(body: body, keys: [asymmetric]) == nil)
    }

    @Test("Neither a description nor an interpolation of a key shows its bytes")
    func redacted() {
        #expect("\(key) \(String(reflecting: key))" == "signing key of 24 bytes signing key of 24 bytes")
    }
}
