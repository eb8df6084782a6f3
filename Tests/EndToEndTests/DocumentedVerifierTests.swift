// The verifiers that README.md and docs/webhooks.md show are run as they stand there.

import ChangeFeed
import Foundation
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("The verifiers of the documentation", .timeLimit(.minutes(60)))
struct DocumentedVerifierTests {
    private static let body = #"{"id":"evt_1","type":"contact.updated","data":{"record":{"LAST_NAME":"Żółć 🦊"}}}"#
    private static let olderKey = "whsec_b2xkZXIga2V5LCAzMiBieXRlcyBsb25nIG9yIHNvLi4="
    private static let otherPrivateKey =
        "whsk_mQ6xWWAA9QATr2RRTPs5fmKo9T0L3VJzfhmDCXnMF2WvTWuL8lY7De09W+5ooSGaXOFyijP97ywH0TeEyBJTEA=="
    private static let privateKey =
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
    private static let publicKey = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="

    /// Headers and body of a webhook, signed now by each of the keys; `age` makes it an old one.
    private func webhook(secret: String, keys: [String], age: Duration = .zero) throws -> [String: String] {
        let timestamp = (Instant.wallClock - age).secondsSince1970
        let signature = WebhookSignature.header(
            id: "evt_1", timestamp: timestamp, body: Array(Self.body.utf8),
            keys: try keys.map { try SigningKey(secret: $0) })
        return [
            "SECRET": secret, "ID": "evt_1", "TIMESTAMP": String(timestamp), "SIGNATURE": signature, "BODY": Self.body,
        ]
    }

    /// What is genuine is found to be so, and nothing else is.
    private func judge(
        _ program: String, _ arguments: [String], secret: String = Stage.signatureKey, keys: [String]? = nil,
        stranger: String = "whsec_c29tZWJvZHkgZWxzZSdzIGtleSwgMzIgYnl0ZXMgbG9uZw=="
    ) async throws {
        let keys = keys ?? [Self.olderKey, secret]
        let genuine = try webhook(secret: secret, keys: keys)
        func with(_ name: String, _ value: String) -> [String: String] { genuine.merging([name: value]) { $1 } }
        for (variables, verdict) in [
            (genuine, "true"), (with("BODY", Self.body.replacing("updated", with: "deleted")), "false"),
            (with("SECRET", stranger), "false"),
            (try webhook(secret: secret, keys: keys, age: .minutes(6)), "false"), (with("TIMESTAMP", "²"), "false"),
            (with("SIGNATURE", "v1,é v1a,é v1a,AAAA v1"), "false"), (with("SIGNATURE", ""), "false"),
        ] {
            let run = try RunningProgram(program, arguments, environment: variables)
            #expect(await run.lines.first { _ in true }?.lowercased() == verdict)
        }
    }

    /// Servers hand headers on as they came, in lower case, or as Python's WSGI writes them.
    private static func pythonHarness(_ names: String) -> String {
        let harness = """

            import os
            environ = os.environ
            headers = {"webhook-id": environ["ID"], "webhook-timestamp": environ["TIMESTAMP"],
                       "webhook-signature": environ["SIGNATURE"]}
            print(is_genuine(environ["SECRET"], headers, environ["BODY"].encode()))
            """
        return names == "lower" ? harness : harness.replacing("webhook-", with: "Webhook-")
    }

    @Test(
        "Python's tells the genuine from the rest", .enabled(if: Interop.python != nil, Interop.noPython),
        arguments: ["lower", "title"])
    func byHandInPython(names: String) async throws {
        let code = try Documentation.webhooks.code(under: "### Python, by hand")
        try await judge(try #require(Interop.python), ["-c", code + Self.pythonHarness(names)])
    }

    @Test(
        "The one with a public key does, while keys rotate", .enabled(if: Interop.python != nil, Interop.noPython),
        arguments: ["lower", "title"])
    func publicKeyInPython(names: String) async throws {
        let code = try Documentation.webhooks.code(under: "### A key that only the sender has")
        try await judge(
            try #require(Interop.python), ["-c", code + Self.pythonHarness(names)], secret: Self.publicKey,
            keys: [Stage.signatureKey, Self.otherPrivateKey, Self.privateKey],
            stranger: "whpk_2SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
    }

    @Test("Node's tells the genuine from the rest", .enabled(if: Interop.node != nil, Interop.noNode))
    func byHandInNode() async throws {
        let harness = """

            const env = process.env;
            console.log(isGenuine(env.SECRET, {"webhook-id": env.ID, "webhook-timestamp": env.TIMESTAMP,
              "webhook-signature": env.SIGNATURE}, Buffer.from(env.BODY)));
            """
        let code = try Documentation.webhooks.code(under: "### Node")
        try await judge(try #require(Interop.node), ["--input-type=module", "-e", code + harness])
    }

    @Test("The README's in Python does", .enabled(if: Interop.python != nil, Interop.noPython))
    func readmeInPython() async throws {
        let before = """
            import os
            environ = os.environ
            secret, body = environ["SECRET"], environ["BODY"].encode()
            headers = {"Webhook-Id": environ["ID"], "Webhook-Timestamp": environ["TIMESTAMP"],
                       "Webhook-Signature": environ["SIGNATURE"]}
            def verified():
                global event
            """
        let after = """

                return event["id"] == "evt_1"
            try:
                print(verified())
            except Exception:
                print(False)
            """
        let code = try Documentation.readme.code(after: "pip install standardwebhooks")
        let indented = code.split(separator: "\n").map { "\n    " + $0 }.joined()
        try await judge(try #require(Interop.python), ["-c", before + indented + after])
    }

    @Test("The README's in Node does", .enabled(if: Interop.node != nil, Interop.noNode))
    func readmeInNode() async throws {
        let before = """
            const secret = process.env.SECRET, body = Buffer.from(process.env.BODY);
            const headers = {"webhook-id": process.env.ID, "webhook-timestamp": process.env.TIMESTAMP,
              "webhook-signature": process.env.SIGNATURE};

            """
        let code = try Documentation.readme.code(after: "Node, without a package:")
        try await judge(
            try #require(Interop.node), ["--input-type=module", "-e", before + code + "\nconsole.log(valid);"])
    }

    @Test(
        "The complete receivers verify by what the documentation shows, letter by letter",
        arguments: [
            ("### Python, by hand", "def is_genuine", "python/inbox.py"),
            ("### Node", "function isGenuine", "node/receiver.mjs"),
            ("### Swift", "func isGenuine", "swift/Sources/Receiver/Verifier.swift"),
        ])
    func oneSource(heading: String, start: String, file: String) throws {
        let shown = try Documentation.webhooks.code(under: heading)
        let function = try #require(shown.range(of: start)).lowerBound
        let receiver = try String(contentsOfFile: Project.file("docs/receivers/" + file), encoding: .utf8)
        let isThere = receiver.contains("\n" + shown[function...])
        #expect(isThere)
    }

    @Test("Swift's tells the genuine from the rest, and is what the tests have compiled")
    func inSwift() throws {
        let shown = try Documentation.webhooks.code(under: "### Swift")
        let compiled = try String(
            contentsOfFile: Project.file("Tests/EndToEndTests/Support/DocumentedVerifier.swift"), encoding: .utf8)
        let function = try #require(shown.range(of: "func isGenuine")).lowerBound
        #expect(compiled.hasSuffix("\n" + shown[function...]))
        for (variables, verdict) in [
            (
                try webhook(secret: Stage.signatureKey, keys: [Self.olderKey, Self.privateKey, Stage.signatureKey]),
                true
            ),
            (try webhook(secret: Stage.signatureKey, keys: [Self.olderKey]), false),
            (try webhook(secret: Stage.signatureKey, keys: [Stage.signatureKey], age: .minutes(6)), false),
        ] {
            #expect(
                isGenuine(
                    secret: Stage.signatureKey, id: variables["ID"] ?? "", timestamp: variables["TIMESTAMP"] ?? "",
                    signatures: variables["SIGNATURE"] ?? "", body: Data((variables["BODY"] ?? "").utf8)) == verdict)
        }
    }
}
