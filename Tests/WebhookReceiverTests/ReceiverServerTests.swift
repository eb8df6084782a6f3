// The receiver over real HTTP on loopback.

import AsyncHTTPClient
import ChangeFeed
import Foundation
import NIOCore
import NIOHTTP1
import ReceivedEvents
import RunningServices
import Testing
import WebhookReceiver

@Suite("ReceiverServer", .timeLimit(.minutes(60)))
struct ReceiverServerTests {
    @Test("a signed event is accepted and kept as it came")
    func accepted() async throws {
        try await RunningReceiver.run { receiver in
            let response = try await receiver.post(1)
            #expect(response.status == .ok)
            try await receiver.server.waitForEvents(1)
            let request = try #require(receiver.server.requests.first)
            #expect(request.isVerified)
            #expect(request.body == eventBody(1))
            #expect(request.webhookID == "evt_1")
            #expect(request.header("Webhook-ID") == "evt_1")
            #expect(request.event?.sequence == 1)
            #expect(receiver.server.summary.accepted == 1)
        }
    }

    @Test("what is not signed with the key, or not lately, is answered 401 and not accepted")
    func unverified() async throws {
        try await RunningReceiver.run { receiver in
            let body = eventBody(1)
            let other = SigningKey(bytes: [1, 2, 3])
            let stale = Instant.wallClock - .minutes(6)
            for headers in [
                [], signedHeaders(body, id: "evt_1", at: .wallClock, key: other),
                signedHeaders(body, id: "evt_1", at: stale),
                signedHeaders(eventBody(2), id: "evt_1", at: .wallClock),
            ] {
                let response = try await receiver.post(body, headers)
                #expect(response.status == .unauthorized)
            }
            #expect(receiver.server.summary.unverified == 4)
            #expect(receiver.server.summary.accepted == 0)
            let expected: [WebhookSignature.Fault] = [
                .headerMissing("webhook-id"), .noMatch, .timestampOutOfTolerance, .noMatch,
            ]
            #expect(receiver.server.requests.map(\.fault) == expected)
        }
    }

    @Test("a request whose numbers are beyond all measure is answered like any other")
    func extremeNumbers() async throws {
        try await RunningReceiver.run { receiver in
            let now = Instant.wallClock
            for number in [Int.min, .min + 1, .max, .max - 1, -1] {
                let body = eventBody(number, id: "evt_of_\(number)")
                var headers = signedHeaders(body, id: "evt_of_\(number)", at: now)
                headers.append(("webhook-sequence", String(number)))
                let signed = try await receiver.post(body, headers)
                #expect(signed.status == .ok)
                headers = headers.map { $0.0 == "webhook-timestamp" ? ($0.0, String(number)) : $0 }
                let stale = try await receiver.post(body, headers)
                #expect(stale.status == .unauthorized)
            }
            #expect(receiver.server.summary.sequences.ranges.count == 3)
            #expect(receiver.server.summary.report.contains("5 events in 10 requests"))
        }
    }

    @Test("only POST is answered with a webhook's statuses, and only up to the body limit")
    func methodAndSize() async throws {
        try await RunningReceiver.run(bodyLimit: 1000) { receiver in
            let get = try await client.execute(HTTPClientRequest(url: receiver.url), timeout: .minutes(5))
            #expect(get.status == .methodNotAllowed)
            let body = [UInt8](repeating: 32, count: 1001)
            let response = try await receiver.post(body, signedHeaders(body, id: "evt_1", at: .wallClock))
            #expect(response.status == .payloadTooLarge)
            #expect(receiver.server.summary.requests == 0)
        }
    }

    @Test("statuses, Retry-After and Location are sent as told, and such events are not accepted")
    func statuses() async throws {
        try await RunningReceiver.run(.always(.init(.status(429), retryAfterSeconds: 30))) { receiver in
            let throttled = try await receiver.post(1)
            #expect(throttled.status == .tooManyRequests)
            #expect(throttled.headers.first(name: "retry-after") == "30")
            receiver.server.behave(.always(.redirect(to: "/elsewhere")))
            let redirect = try await receiver.post(1)
            #expect(redirect.status == .temporaryRedirect)
            #expect(redirect.headers.first(name: "location") == "/elsewhere")
            #expect(receiver.server.summary.failed == 2)
            #expect(receiver.server.summary.accepted == 0)
        }
    }

    @Test("the behaviour can change while it runs, and counts its first requests anew")
    func changedBehaviour() async throws {
        let failing = ReceiverBehaviour([.init(.init(.status(500)), .first(1))])
        try await RunningReceiver.run(failing) { receiver in
            let before = try await receiver.statuses(of: 1, 2)
            receiver.server.behave(failing)
            let after = try await receiver.statuses(of: 3, 4)
            #expect(before == [500, 200])
            #expect(after == [500, 200])
        }
    }

    @Test("a reset drops the event; a lost answer takes it")
    func withoutAnswer() async throws {
        try await RunningReceiver.run(.always(.init(.reset))) { receiver in
            await #expect(throws: (any Error).self) { try await receiver.post(1) }
            #expect(receiver.server.summary.failed == 1)
            receiver.server.behave(.always(.init(.lost)))
            await #expect(throws: (any Error).self) { try await receiver.post(2) }
            #expect(receiver.server.summary.accepted == 1)
        }
    }

    @Test("a sender that gives up is noticed, and its event not accepted")
    func silence() async throws {
        try await RunningReceiver.run(.always(.init(.silence))) { receiver in
            let posting = Task { try await receiver.post(1) }
            try await receiver.server.wait { $0.inFlight == 1 }
            posting.cancel()
            try await receiver.server.wait { $0.abandoned == 1 && $0.inFlight == 0 }
            #expect(receiver.server.summary.accepted == 0)
        }
    }

    @Test("held requests are counted as in flight together, and answered when released")
    func held() async throws {
        try await RunningReceiver.run(.always(.init(.held))) { receiver in
            try await withThrowingTaskGroup(of: UInt.self) { posts in
                for sequence in 1...3 {
                    posts.addTask { try await receiver.post(sequence, record: "\(sequence)").status.code }
                }
                try await receiver.server.wait { $0.inFlight == 3 }
                #expect(receiver.server.summary.accepted == 0)
                receiver.server.release()
                for try await status in posts { #expect(status == 200) }
            }
            #expect(receiver.server.summary.mostInFlight == 3)
            #expect(receiver.server.summary.accepted == 3)
            #expect(receiver.server.summary.overlaps == 0)
        }
    }

    @Test("two requests of one record at once are reported as an overlap")
    func overlap() async throws {
        try await RunningReceiver.run(.always(.init(.held))) { receiver in
            let posts = [1, 2].map { sequence in Task { try await receiver.post(sequence).status } }
            try await receiver.server.wait { $0.inFlight == 2 }
            receiver.server.release()
            for post in posts { #expect(try await post.value == .ok) }
            #expect(receiver.server.summary.overlaps == 1)
        }
    }

    @Test("a huge body is as long as told, and a slow one begins at once and does not end")
    func bodies() async throws {
        try await RunningReceiver.run(.always(.init(.hugeBody(bytes: 200_000)))) { receiver in
            let huge = try await receiver.post(1).body.collect(upTo: 1 << 20)
            #expect(huge.readableBytes == 200_000)
            receiver.server.behave(.always(.init(.slowBody(interval: .milliseconds(1)))))
            let slow = try await receiver.post(2)
            #expect(slow.headers.first(name: "content-length") == "1048576")
            var bytes = 0
            for try await part in slow.body {
                bytes += part.readableBytes
                if bytes >= 3 { break }
            }
            #expect((3..<1000).contains(bytes))
        }
    }

    @Test("an answer that is delayed comes all the same")
    func delayed() async throws {
        try await RunningReceiver.run(.always(.init(.status(200), delay: .milliseconds(20)))) { receiver in
            let began = ContinuousClock.now
            let statuses = try await receiver.statuses(of: 1, 2, 3)
            #expect(statuses == [200, 200, 200])
            #expect(ContinuousClock.now - began >= .milliseconds(60))
        }
    }

    @Test("exchanges are told in the order of their outcomes, duplicates marked")
    func exchanges() async throws {
        try await RunningReceiver.run { receiver in
            let exchanges = receiver.server.exchanges()
            for sequence in [1, 2, 1] { _ = try await receiver.post(sequence) }
            var told: [String] = []
            for await exchange in exchanges {
                told.append("\(exchange.request.webhookID ?? "")\(exchange.isDuplicate ? " again" : "")")
                if told.count == 3 { break }
            }
            #expect(told == ["evt_1", "evt_2", "evt_1 again"])
        }
    }

    @Test("an accepted event is in the journal before it is answered")
    func journal() async throws {
        let path = NSTemporaryDirectory() + "journal-\(UUID().uuidString).ndjson"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let failing = ReceiverBehaviour([.init(.init(.status(503)), .first(1))])
        try await RunningReceiver.run(failing, journal: EventJournal(path: path)) { receiver in
            _ = try await receiver.post(1)
            #expect(try Data(contentsOf: URL(filePath: path)).isEmpty)
            for sequence in 1...3 {
                #expect(try await receiver.post(sequence).status == .ok)
                let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                #expect(lines.count == sequence)
                #expect(lines.last?.hasPrefix("{\"webhook-id\":\"evt_\(sequence)\",") == true)
            }
        }
    }

    @Test("an event that cannot be journalled is not accepted")
    func brokenJournal() async throws {
        try await RunningReceiver.run(journal: EventJournal(path: "/dev/full")) { receiver in
            let statuses = try await receiver.statuses(of: 1)
            #expect(statuses == [500])
            #expect(receiver.server.summary.accepted == 0)
        }
    }

    @Test("a port that is taken is an error that names it, and nobody waits for the receiver for ever")
    func portTaken() async throws {
        try await RunningReceiver.run { receiver in
            var configuration = ReceiverServer.Configuration(keys: [testKey])
            configuration.port = try await receiver.server.port
            let second = ReceiverServer(configuration)
            let url = Task { try await second.url }
            let failure = await #expect(throws: ReceiverFailure.self) { try await second.run() }
            #expect(failure?.description.contains("127.0.0.1:\(configuration.port)") == true)
            await #expect(throws: ReceiverFailure.self) { try await url.value }
        }
    }

    @Test("who waits for a receiver that stops is told so")
    func stopped() async throws {
        let server = ReceiverServer(.init(keys: [testKey]))
        let waiting = try await running(server) {
            _ = try await server.port
            return Task { try await server.waitForEvents(1) }
        }
        await #expect(throws: ReceiverStopped.self) { try await waiting.value }
    }
}
