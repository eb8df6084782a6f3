// The verifiers that docs/webhooks.md shows are run as they stand there.

import ChangeFeed
import Foundation
import StartedPrograms
import Testing

private let python = ProcessInfo.processInfo.environment["INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"]
private let node = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/node" }.first(where: FileManager.default.isExecutableFile)

@Suite("The verifiers of the documentation", .timeLimit(.minutes(1)))
struct DocumentedVerifierTests {
    private static let body = #"{"id":"evt_1","type":"contact.updated","data":{"record":{"LAST_NAME":"Żółć 🦊"}}}"#

    /// Headers and body of a webhook, signed now by an older and a newer key; `age` makes it an old one.
    private func webhook(age: Duration = .zero) throws -> [String: String] {
        let timestamp = (Instant.wallClock - age).secondsSince1970
        let keys = ["whsec_b2xkZXIga2V5LCAzMiBieXRlcyBsb25nIG9yIHNvLi4=", Stage.signatureKey]
        let signature = WebhookSignature.header(
            id: "evt_1", timestamp: timestamp, body: Array(Self.body.utf8),
            keys: try keys.map { try SigningKey(secret: $0) })
        return [
            "SECRET": Stage.signatureKey, "ID": "evt_1", "TIMESTAMP": String(timestamp), "SIGNATURE": signature,
            "BODY": Self.body,
        ]
    }

    /// The code under a heading, up to a line that begins with `end`.
    private func code(under heading: String, upTo end: String? = nil) throws -> String {
        let page = try String(contentsOfFile: Project.file("docs/webhooks.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: heading + "\n").dropFirst().first)
        let block = try #require(section.components(separatedBy: "```").dropFirst().first)
        let lines = block.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        return lines.prefix { line in end.map { !line.hasPrefix($0) } ?? true }.joined(separator: "\n")
    }

    private func judge(_ program: String, _ arguments: [String]) async throws {
        var tampered = try webhook()
        tampered["BODY"] = Self.body.replacing("updated", with: "deleted")
        var stranger = try webhook()
        stranger["SECRET"] = "whsec_c29tZWJvZHkgZWxzZSdzIGtleSwgMzIgYnl0ZXMgbG9uZw=="
        for (variables, verdict) in [
            (try webhook(), "true"), (tampered, "false"), (stranger, "false"), (try webhook(age: .minutes(6)), "false"),
        ] {
            let run = try RunningProgram(program, arguments, environment: variables)
            #expect(await run.lines.first { _ in true }?.lowercased() == verdict)
        }
    }

    @Test("Python's tells the genuine from the rest", .enabled(if: python != nil, "scripts/test names a Python"))
    func byHandInPython() async throws {
        let harness = """

            import os
            headers = {"webhook-id": os.environ["ID"], "webhook-timestamp": os.environ["TIMESTAMP"],
                       "webhook-signature": os.environ["SIGNATURE"]}
            print(is_genuine(os.environ["SECRET"], headers, os.environ["BODY"].encode()))
            """
        try await judge(try #require(python), ["-c", try code(under: "### Python, by hand") + harness])
    }

    @Test("Node's tells the genuine from the rest", .enabled(if: node != nil, "there is no Node on this machine"))
    func byHandInNode() async throws {
        let harness = """

            const env = process.env;
            console.log(isGenuine(env.SECRET, {"webhook-id": env.ID, "webhook-timestamp": env.TIMESTAMP,
              "webhook-signature": env.SIGNATURE}, Buffer.from(env.BODY)));
            """
        let code = try code(under: "### Node", upTo: "createServer(")
        try await judge(try #require(node), ["--input-type=module", "-e", code + harness])
    }
}
