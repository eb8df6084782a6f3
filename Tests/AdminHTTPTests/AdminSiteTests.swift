// What programs ask of the daemon over HTTP, and what they are answered.

import ChangeFeed
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing

@testable import AdminHTTP

@Suite("The admin server's answers")
struct AdminSiteTests {
    private struct Answer {
        let status: Int
        let body: String
        var members: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
        }
        var detail: String { members["detail"] as? String ?? "" }
    }

    private let desk: StubDesk
    private let site: AdminSite

    init() throws {
        desk = try StubDesk()
        site = AdminSite(
            AdminRoute.ofDaemon(version: "0"),
            rules: AdminRules(.tcp(host: "127.0.0.1", port: 1), machine: "x"), desk: desk,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", type: String = "application/json"
    ) async throws -> Answer {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: target)
        if !body.isEmpty { head.headerFields[.contentType] = type }
        let response = await site.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))))
        let collected = Collected()
        try await response.body.write(collected)
        return Answer(status: response.status.code, body: String(buffer: collected.bytes.withLock { $0 }))
    }

    @Test("Receivers catch up event by event: the bodies as they are sent, and where the log ends")
    func catchingUp() async throws {
        var seen: [Int] = []
        var hasMore = true
        while hasMore {
            let answer = try await ask(.get, "/v1/events?after=\(seen.last ?? 0)&limit=2")
            let events = try #require(answer.members["events"] as? [[String: Any]])
            seen += events.compactMap { ($0["data"] as? [String: Any])?["sequence"] as? Int }
            hasMore = try #require(answer.members["has_more"] as? Bool)
            #expect(answer.members["last_sequence"] as? Int == 5 && answer.members["first_sequence"] as? Int == 1)
        }
        #expect(seen == [1, 2, 3, 4, 5])
        let one = try await ask(.get, "/v1/events/5").body
        // The first member, so that receivers may keep each event as it stands there.
        #expect(try await ask(.get, "/v1/events?after=4").body.hasPrefix(#"{"events":["# + one + "]"))
        #expect(try await ask(.get, "/v1/events?latest=1").body == ask(.get, "/v1/events?after=4").body)
        #expect(try await ask(.get, "/v1/events/evt_none").status == 404)
    }

    @Test(
        "A query that cannot be meant is refused with what would be right",
        arguments: [
            ("/v1/events?after=-1", "after is a number, 0 or more"), ("/v1/events?limit=0", "1 to 1000"),
            ("/v1/events?limit=1001", "1 to 1000"), ("/v1/events?afetr=1", "it has after, latest, limit, account"),
            ("/v1/events?after=1&after=2", "twice"), ("/v1/events?after=1&latest=2", "exclude each other"),
            ("/v1/deliveries?state=gone", "state is one of"), ("/v1/deliveries?type=contact", "is no type of events"),
            ("/v1/status?x=1", "it has account"),
        ])
    func wrongQueries(target: String, words: String) async throws {
        let answer = try await ask(.get, target)
        #expect(answer.status == 400 && answer.detail.contains(words), "\(answer.body)")
    }

    @Test(
        "A command that cannot be meant is refused with what would be right, and nothing is asked of the daemon",
        arguments: [
            ("/v1/replay", "", "say which events"), ("/v1/replay", "[]", "not a JSON object"),
            ("/v1/replay", "{\"sequence\": 1}", "sequence is of another kind"),
            ("/v1/replay", "{\"al\": true}", "there is no al here"),
            ("/v1/replay", "{\"all\": true, \"rate\": 0}", "is no rate"),
            ("/v1/resume", "{}", "write which"), ("/v1/resume", "{\"endpoint\": \"a\", \"api\": true}", "write which"),
            ("/v1/release", "{}", "write the resource"), ("/v1/give-up", "{}", "write which"),
        ])
    func wrongCommands(path: String, body: String, words: String) async throws {
        let answer = try await ask(.post, path, body)
        #expect(answer.status == 400 && answer.detail.contains(words), "\(answer.body)")
        #expect(try desk.staged.store.carryOnReplay(to: [desk.staged.endpoint], limit: 9, at: desk.staged.now) == nil)
    }

    @Test("What a form of a browser can send is no command, nor is what is too large")
    func noForms() async throws {
        #expect(try await ask(.post, "/v1/replay", "{\"all\": true}", type: "text/plain").status == 415)
        let large = "{\"ids\": [\"\(String(repeating: "x", count: 70_000))\"]}"
        #expect(try await ask(.post, "/v1/replay", large).status == 413)
    }

    @Test("Commands reach the daemon, and say whether there was anything to do")
    func commands() async throws {
        for due in try desk.staged.due() { try desk.staged.settle(due, as: .delivered) }
        let dry = try await ask(.post, "/v1/replay", "{\"all\": true, \"dry_run\": true}")
        #expect(dry.status == 200 && dry.members["requested"] as? Bool == false)
        #expect(try await ask(.post, "/v1/replay", "{\"sequence\": \"2-3\"}").status == 202)
        #expect(try desk.staged.store.carryOnReplay(to: [desk.staged.endpoint], limit: 9, at: desk.staged.now) != nil)
        #expect(try await ask(.post, "/v1/resume", "{\"endpoint\": \"default\"}").status == 202)
        #expect(try desk.staged.store.isResumptionRequested(of: desk.staged.endpoint))
        #expect(try await ask(.post, "/v1/resume", "{\"endpoint\": \"crm\"}").status == 404)
        #expect(try await ask(.post, "/v1/release", "{\"resource\": \"contacts\"}").status == 200)
        #expect(try await ask(.post, "/v1/dismiss", "{\"resource\": \"leads\"}").status == 404)
        #expect(try await ask(.post, "/v1/give-up", "{\"delivery\": 99}").status == 404)
    }

    @Test("Deliveries are listed by state, and shown one by one")
    func deliveries() async throws {
        let first = try #require(try desk.staged.due().first)
        try desk.staged.settle(first, as: .dead, status: 422)
        let dead = try await ask(.get, "/v1/deliveries?state=dead")
        let listed = try #require(dead.members["deliveries"] as? [[String: Any]])
        #expect(listed.compactMap { $0["delivery"] as? Int64 } == [first.id])
        let shown = try await ask(.get, "/v1/deliveries/\(first.id)").members
        #expect((shown["history"] as? [[String: Any]])?.first?["status"] as? Int == 422)
        #expect(try await ask(.get, "/v1/deliveries/none").status == 404)
    }

    @Test("Names in a path are decoded once, and what cannot be is none")
    func names() async throws {
        #expect(try await ask(.get, "/v1/events/%35").members["id"] != nil)
        #expect(try await ask(.get, "/v1/events/%2535").status == 404)
        #expect(try await ask(.get, "/v1/events/%E0").status == 404)
        #expect(try await ask(.get, "/v1/events/a%2Fb").detail.contains("there is no event a/b"))
    }

    @Test("Where nothing is, each server says what it has", arguments: [false, true])
    func nothing(ofHints: Bool) async throws {
        let site =
            ofHints
            ? AdminSite(
                AdminRoute.hints, rules: AdminRules(.tcp(host: "127.0.0.1", port: 1), machine: "x"), desk: desk,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) : site
        for path in ["/v1/nothing", "/hint/%E0"] where ofHints || path == "/v1/nothing" {
            let head = HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: path)
            let response = await site.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
            let collected = Collected()
            try await response.body.write(collected)
            let said = String(buffer: collected.bytes.withLock { $0 })
            #expect(response.status.code == 404)
            #expect(said.contains("openapi.json") != ofHints && said.contains("/hint/RESOURCE") == ofHints, "\(said)")
        }
    }

    @Test("A replay of an event that is not there is refused, and no promise of nothing")
    func replayOfNothing() async throws {
        #expect(try await ask(.post, "/v1/replay", "{\"ids\": [\"evt_no\"]}").status == 404)
        #expect(try await ask(.post, "/v1/replay", "{\"sequence\": \"900-1000\"}").status == 404)
        #expect(try await ask(.post, "/v1/replay", "{\"ids\": [\"3\"]}").status == 202)
        #expect(try await ask(.get, "/v1/deliveries?event=evt_nope").status == 404)
        let listed = try await ask(.get, "/v1/deliveries?event=3").members["deliveries"] as? [[String: Any]]
        #expect(listed?.count == 1)
    }

    @Test("A desk that is busy is said to be, with when to ask again")
    func busy() async throws {
        let busy = try StubDesk { throw DeskBusy(reason: "Later.") }
        let site = AdminSite(
            AdminRoute.ofDaemon(version: "0"), rules: AdminRules(.tcp(host: "127.0.0.1", port: 1), machine: "x"),
            desk: busy, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/metrics")
        let response = await site.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        #expect(response.status.code == 503 && response.headers[.retryAfter] == "1")
    }

    @Test("Health is told to everybody, readiness with its reasons")
    func health() async throws {
        #expect(try await ask(.get, "/healthz").body == "ok\n")
        let readiness = try await ask(.get, "/readyz")
        #expect(readiness.status == 503 && readiness.body == "no polls\n")
        #expect(try await ask(.get, "/v1/usage").members["part_seconds"] as? Int == 300)
        #expect((try await ask(.get, "/v1/status").members["queue"] as? [String: Any])?["open"] as? Int == 5)
    }
}

/// What an answer writes.
private final class Collected: ResponseBodyWriter, Sendable {
    let bytes = Mutex(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws {
        bytes.withLock { _ = $0.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
