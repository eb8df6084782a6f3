// The world over real connections: the same answers, and connections that break as they should.

import NIOCore
import RunningServices
import SimulatedWorld
import ChangeFeed
import Foundation
import Testing

@testable import Simulator

@Suite("Simulator server", .timeLimit(.minutes(60)))
struct SimulatorServerTests {
    private let key = "Authorization: \(BasicCredentials.header(apiKey: makeWorld(population: .empty).apiKey).value)"

    private func serving<Result>(
        _ live: LiveInstance, _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        try await SimulatorServer.serving(live) { baseURL in
            try await body(try #require(URL(string: baseURL)?.port))
        }
    }

    private func live(faults: Faults = .none, time: TimeSource = VirtualTime().source) -> LiveInstance {
        LiveInstance(makeWorld(faults: faults), time: time)
    }

    @Test("an answer over the wire is the world's answer, headers and all")
    func sameAnswer() async throws {
        var world = makeWorld()
        let expected = world.get(
            "/v3.1/Contacts/Search", ["updated_after_utc": "2026-01-01 00:00:00", "count_total": "true"])
        let answer = try await serving(live()) { port in
            try await exchange(
                port: port, "/v3.1/Contacts/Search?updated_after_utc=2026-01-01+00%3A00%3a00&count_total=true",
                headers: [key])
        }
        #expect(answer.status == 200)
        #expect(answer.body == expected.body)
        #expect(!expected.body.isEmpty)
        for header in expected.headers { #expect(answer.header(header.name) == header.value) }
        #expect(answer.header("Content-Encoding") == nil)
    }

    @Test("gzip for those who accept it")
    func gzip() async throws {
        let expected = makeWorld().commits.count
        let answer = try await serving(live()) { port in
            try await exchange(port: port, "/v3.1/Contacts", headers: [key, "Accept-Encoding: deflate, gzip"])
        }
        #expect(expected > 0)
        #expect(answer.header("Content-Encoding") == "gzip")
        #expect(answer.header("Content-Length") == "\(answer.body.count)")
        var world = makeWorld()
        #expect(gunzip(answer.body) == world.get("/Contacts").body)
    }

    @Test("without the Date of the world there is none of the server's")
    func noDate() async throws {
        let live = live()
        live.withInstance { world, _ in world.quirks.sendsDate = false }
        let answer = try await serving(live) { try await exchange(port: $0, "/v3.1/Leads", headers: [key]) }
        #expect(answer.status == 200)
        #expect(answer.header("Date") == nil)
    }

    @Test("a reset comes before the first byte")
    func reset() async throws {
        let answer = try await serving(live(faults: Faults([.reset: 1]))) {
            try await exchange(port: $0, "/v3.1/Contacts", headers: [key])
        }
        #expect(answer.bytes.isEmpty)
        #expect(answer.ending == .reset)
    }

    @Test("a truncated body ends before its announced length")
    func truncated() async throws {
        let answer = try await serving(live(faults: Faults([.truncated: 1]))) {
            try await exchange(port: $0, "/v3.1/Contacts", headers: [key])
        }
        let announced = try #require(Int(answer.header("Content-Length") ?? ""))
        #expect(answer.status == 200)
        #expect(answer.body.count < announced)
    }

    @Test("broken compression claims to be gzip and is not", arguments: ["gzip", "identity"])
    func brokenCompression(accepted: String) async throws {
        let answer = try await serving(live(faults: Faults([.brokenCompression: 1]))) {
            try await exchange(port: $0, "/v3.1/Contacts", headers: [key, "Accept-Encoding: \(accepted)"])
        }
        #expect(answer.header("Content-Encoding") == "gzip")
        #expect(answer.header("Content-Length") == "\(answer.body.count)")
        #expect(gunzip(answer.body) == nil)
    }

    @Test("a slow answer takes the time it says, and comes")
    func slow() async throws {
        let time = VirtualTime()
        let live = live(faults: Faults([.slow: 1], slowness: .seconds(40)), time: time.source)
        let answer = try await serving(live) { try await exchange(port: $0, "/v3.1/Contacts", headers: [key]) }
        #expect(answer.status == 200)
        #expect(time.sleeps == [.seconds(40)])
        #expect(live.withInstance { world, _ in world.requests.entries.map(\.finished) } == [noon + .seconds(40)])
    }

    @Test("requests are in flight until their answers are sent, and too many at once are refused")
    func concurrency() async throws {
        let gate = Gate()
        let live = live(faults: Faults([.slow: 1]), time: gate.source)
        live.withInstance { world, _ in world.quirks.limits.concurrent = 2 }
        try await serving(live) { port in
            async let first = exchange(port: port, "/v3.1/Leads", headers: [key])
            async let second = exchange(port: port, "/v3.1/Leads", headers: [key])
            var arrivals = gate.arrivals.makeAsyncIterator()
            for _ in 0..<2 { await arrivals.next() }
            let third = try await exchange(port: port, "/v3.1/Leads", headers: [key])
            let requests = live.withInstance { world, _ in world.requests }
            #expect(requests.overlappingPolls.count == 3)
            gate.open()
            let statuses = try await [first.status, second.status, third.status]
            #expect(statuses == [200, 200, 429])
        }
        let requests = live.withInstance { world, _ in world.requests }
        #expect(requests.highestInFlight == 3)
        #expect(requests.inFlight == 0)
    }

    @Test("a connection kept open by a client does not hold up the end")
    func idleConnection() async throws {
        let ended = try await serving(live()) { port in
            let connection = try await RawConnection.open(port: port)
            try await connection.send("GET /v3.1/Leads HTTP/1.1\r\nHost: x\r\n\(key)\r\n\r\n")
            try await connection.answered.get()
            return connection.ended
        }
        #expect(try await ended.get().status == 200)
    }
}
