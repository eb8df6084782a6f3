// The receivers that the documentation shows, each in its framework, before the real daemon.

import AsyncHTTPClient
import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import NIOCore
import NIOHTTP1
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("The receivers of the documentation", .timeLimit(.minutes(60)))
struct DocumentedReceiverTests {
    private static let olderKey = "whsec_dGhlIG9sZGVyIG9mIHR3byBrZXlzLCAzMiBieXRlcyE="

    @Test(
        "Each takes every event, in both formats that it reads, while keys rotate",
        arguments: DocumentedReceiver.installed,
        ["standard", "cloudevents"])
    func takesAll(receiver: DocumentedReceiver, format: String) async throws {
        try await Stage.set { stage in
            let running = try await receiver.start(in: stage.directory)
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.callback.url": "\"\(running.url)\"",
                "event.notification.signature.key": #"["\#(Self.olderKey)", "\#(Stage.signatureKey)"]"#,
                "event.notification.format": "\"\(format)\"",
            ])
            let daemon = try stage.startDaemon()
            #expect(await running.told(95).count == 95)
            while try await stage.deliveries("--state", "delivered", "--limit", "100").count < 95 {}
            #expect(await daemon.stop() == 0)
            // On a busy machine an answer may come too late; none says anything but yes.
            let store = try SQLiteVisitor(path: stage.storePath, account: "default", isReadOnly: true)
            var tried = ListFilter()
            tried.limit = .max
            for delivery in try store.deliveries(tried) {
                let attempts = try store.delivery(delivery.id)?.attempts ?? []
                let refusals = attempts.filter { $0.failure != "timeout" && $0.status.map { $0 / 100 } != 2 }
                #expect(refusals == [])
            }
        }
    }

    @Test(
        "Those that keep a mark fetch what they missed from the daemon's own log",
        arguments: DocumentedReceiver.fetching)
    func catchesUp(receiver: DocumentedReceiver) async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#, "admin.listen": #""127.0.0.1:0""#])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await stage.took.wait { $0.count == 95 }
            let late = try await receiver.start(
                in: stage.directory, events: "http://127.0.0.1:\(port)/v1/events")
            #expect(await late.told(95) == Set(stage.took.events.map { "\($0.type) \($0.recordID)" }))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test(
        "Each refuses what is not genuine, takes what is large, and says how long its answers are",
        arguments: DocumentedReceiver.installed)
    func judges(receiver: DocumentedReceiver) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("receiver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let running = try await receiver.start(in: directory)
        let url = running.url

        func answer(_ body: String, signed: String, by key: String = Stage.signatureKey, age: Duration = .zero)
            async throws -> UInt
        {
            let timestamp = (Instant.wallClock - age).secondsSince1970
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers.add(contentsOf: [
                ("content-type", "application/cloudevents+json"), ("webhook-id", "evt_1"),
                ("webhook-timestamp", "\(timestamp)"),
                (
                    "webhook-signature",
                    WebhookSignature.header(
                        id: "evt_1", timestamp: timestamp, body: Array(signed.utf8),
                        keys: [try SigningKey(secret: key)])
                ),
            ])
            request.body = .bytes(Array(body.utf8))
            let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
            // None ends by the end of its connection alone. A 204 says by itself that nothing follows.
            let ends = ["content-length", "transfer-encoding"].contains { response.headers.contains(name: $0) }
            #expect(response.status == .noContent || ends)
            return response.status.code
        }
        let event =
            #"{"id": "evt_1", "type": "lead.updated", "data": {"sequence": 1, "id": "7", "record": {"PRICE": 1.10}}}"#
        let large = event.replacing("1.10", with: "\"" + String(repeating: "x", count: 3_000_000) + "\"")
        for genuine in [event, large] {
            let status = try await answer(genuine, signed: genuine)
            #expect((200..<300).contains(status))
        }
        let rewritten = try await answer(event.replacing("1.10", with: "1.1"), signed: event)
        let foreign = try await answer(event, signed: event, by: Self.olderKey)
        let stale = try await answer(event, signed: event, age: .minutes(6))
        #expect([rewritten, foreign, stale] == [401, 401, 401])
        var unsigned = HTTPClientRequest(url: url)
        unsigned.method = .POST
        unsigned.body = .bytes(Array(event.utf8))
        #expect(try await HTTPClient.shared.execute(unsigned, timeout: .minutes(5)).status == .unauthorized)
    }

    @Test(
        "The tool that cannot verify asks for the header, and a command that fails makes the event come again",
        .enabled(if: Interop.webhook != nil && Interop.python != nil, Interop.noWebhook))
    func header() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hooks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (hooks, command) = (directory.appendingPathComponent("hooks.json"), directory.path + "/take-event")
        let code = try Documentation.webhooks.code(under: "### A tool that cannot verify")
        try code.replacing("/usr/local/bin/take-event", with: command).replacing("…", with: "token")
            .write(to: hooks, atomically: true, encoding: .utf8)
        // Takes one event and fails at the other.
        try "#!/bin/sh\ngrep -q '1\\.10' \"$EVENT_FILE\"\n".write(toFile: command, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: command)
        let program = try RunningProgram(
            try #require(Interop.python),
            [Project.file("Tests/Interop/documented.py"), "webhook", hooks.path, try #require(Interop.webhook)])
        var lines = program.lines.makeAsyncIterator()
        let base = try #require(await lines.next(where: { $0.hasPrefix("http://") }))
        _ = try #require(await lines.next(where: { $0.contains("serving hooks on") }))

        func answer(_ body: String, _ token: String) async throws -> UInt {
            var request = HTTPClientRequest(url: base + "hooks/insightly")
            request.method = .POST
            request.headers.add(contentsOf: [("content-type", "application/json"), ("X-Insightly-Token", token)])
            request.body = .bytes(Array(body.utf8))
            return try await HTTPClient.shared.execute(request, timeout: .minutes(5)).status.code
        }
        #expect(try await answer(#"{"PRICE": 1.10}"#, "token") == 200)
        #expect(try await answer(#"{"PRICE": 1.10}"#, "another") == 401)
        #expect(try await answer(#"{"PRICE": 2}"#, "token") == 500)
    }
}
