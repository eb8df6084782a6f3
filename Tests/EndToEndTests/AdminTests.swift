// What monitoring sees of the real program.

import AsyncHTTPClient
import ChangeFeed
import Foundation
import NIOCore
import NIOHTTP1
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("The admin server", .timeLimit(.minutes(60)))
struct AdminTests {
    @Test("says that the daemon is alive, and what it knows, in Prometheus's words")
    func metrics() async throws {
        try await Stage.set { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\""])
            let daemon = try stage.startDaemon()
            let base = "http://127.0.0.1:\(try await daemon.adminPort)"
            try await daemon.hasLearned(4)
            #expect(try await get(base + "/healthz").body == "ok\n")
            let metrics = try await knownMetrics(of: base)
            let expected = [
                "insightly_webhooks_records{resource=\"contacts\",presence=\"listed\"} 40",
                "insightly_webhooks_deletes_held{resource=\"contacts\"} 0",
                "# TYPE insightly_webhooks_requests_last_24h gauge", "insightly_webhooks_quota_limit 100000",
                "insightly_webhooks_requests_allowed 80000",
                "insightly_webhooks_server_clock_ahead_seconds 0", "insightly_webhooks_clocks_disagree 0",
                "insightly_webhooks_dead_letters{endpoint=\"default\"} 0",
                "insightly_webhooks_endpoint_circuit{endpoint=\"default\",state=\"closed\"} 1",
            ]
            for line in expected { #expect(metrics.contains(line + "\n")) }
            #expect(!metrics.contains(Stage.apiKey))
            #expect(try await get(base + "/nothing").status == 404)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("whose address is taken leaves the daemon to its work")
    func addressTaken() async throws {
        try await Stage.set { stage in
            let taken = try #require(URL(string: stage.callback)?.port)
            try stage.configure(["admin.listen": "\"127.0.0.1:\(taken)\""])
            let daemon = try stage.startDaemon()
            for await line in daemon.lines where line.contains("the admin server cannot listen") { break }
            try await daemon.hasRead(pages: 8)
            #expect(await daemon.stop() == 0)
        }
    }
}

// One after the other: each changes how many files the tests themselves may open.
@Suite("The admin server beside idle connections", .serialized, .timeLimit(.minutes(60)))
struct IdleConnectionTests {
    /// They are fewer than the system keeps waiting to be accepted, so that it turns none of them away itself.
    @Test(
        "As many as there may be open files keep neither events nor monitoring from their way",
        .enabled(if: OpenFiles.mayBe(740), "the tests may not open so many files (ulimit -Hn)"))
    func idleConnections() async throws {
        try await OpenFiles.atLeast(740) { try await goesOn(beside: 240, files: 256) }
    }

    @Test(
        "Nor do more than the system keeps waiting",
        .enabled(if: OpenFiles.mayBe(1_700), "the tests may not open so many files (ulimit -Hn)"))
    func idleConnectionsTurnedAway() async throws {
        try await OpenFiles.atLeast(1_700) { try await goesOn(beside: 1_200, files: 1_024) }
    }

    private func goesOn(beside count: Int, files: Int) async throws {
        try await Stage.set { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\""])
            let daemon = try stage.startDaemon(shell: "ulimit -n \(files); exec \"$@\"")
            let port = try await daemon.adminPort
            try await daemon.hasLearned(4)
            let crowd = (0..<count).map { _ in IdleConnection(port: port) }
            // On a busy machine a request may take longer than the server waits for it: whoever watches asks again.
            while (try? await get("http://127.0.0.1:\(port)/healthz").body) != "ok\n" { try Task.checkCancellation() }
            // A busy machine takes its time to close what is too much.
            while daemon.descriptors.count >= 128 { try await daemon.hasRead(pages: 1) }
            let before = stage.took.events.count
            stage.live.change { instance, now in (0..<5).flatMap { _ in instance.edit(at: now) } }
            try await stage.took.wait { $0.count > before }
            withExtendedLifetime(crowd) {}
            #expect(await daemon.stop() == 0)
        }
    }
}

/// On a busy machine a request may take longer than the daemon waits for it, and is made again, as monitoring does.
func get(_ url: String) async throws -> (status: UInt, body: String) {
    while true {
        do {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .minutes(5))
            let body = try await response.body.collect(upTo: 1 << 20)
            return (response.status.code, String(buffer: body))
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
            try Task.checkCancellation()
        }
    }
}

/// The metrics of a daemon at this address, once they are known: a look that takes long is not waited for.
func knownMetrics(of base: String) async throws -> String {
    while true {
        let metrics = try await get(base + "/metrics").body
        if metrics.contains("insightly_webhooks_records{") { return metrics }
        try Task.checkCancellation()
    }
}

extension RunningProgram {
    /// The port that the admin server says it listens on.
    var adminPort: UInt16 {
        get async throws { try await port(ofThe: "admin server") }
    }

    /// The port that a server of the daemon says it listens on; to be asked once.
    func port(ofThe server: String) async throws -> UInt16 {
        let line = await addresses.first { $0.contains("the \(server) listens") }
        return try #require((line?.firstMatch(of: #/127\.0\.0\.1:(\d+)/#)?.1).flatMap { UInt16($0) })
    }
}

/// How many files the tests themselves may open.
private enum OpenFiles {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static var limit: rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }

    /// Whether that may be raised so far.
    static func mayBe(_ count: Int) -> Bool { limit.rlim_max >= rlim_t(count) }

    /// They are at least so many for the time of the body. What is open then stays open.
    static func atLeast(_ count: Int, _ body: () async throws -> Void) async throws {
        var former = limit
        var raised = former
        raised.rlim_cur = max(former.rlim_cur, rlim_t(count))
        try #require(setrlimit(resource, &raised) == 0)
        defer { setrlimit(resource, &former) }
        try await body()
    }
}

/// A connection that says nothing.
private final class IdleConnection {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)

    init(port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // Whether it is accepted is the other end's affair.
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }
}
