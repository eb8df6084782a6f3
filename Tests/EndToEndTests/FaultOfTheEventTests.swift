// What the real program makes of receivers that do not take some of the events, or not for a moment.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("A receiver that does not take every event", .timeLimit(.minutes(60)))
struct FaultOfTheEventTests {
    private let beginning = ["event.poller.start": #""beginning""#]

    /// Ends the daemon, and says what it has logged.
    private func log(of daemon: RunningProgram) async -> [String] {
        daemon.signal(SIGTERM)
        var lines: [String] = []
        for await line in daemon.lines { lines.append(line) }
        #expect(await daemon.exitStatus == 0)
        return lines
    }

    private func rule(_ status: Int, _ scope: ReceiverBehaviour.Scope) -> ReceiverBehaviour {
        ReceiverBehaviour([.init(.init(.status(status)), scope)])
    }

    @Test("Events that are too large hold up no other, and the log says how large each was")
    func tooLarge() async throws {
        let world = Stage.world(population: Population(contacts: 12, organisations: 8, heavyOrganisations: 8))
        try await Stage.set(world, behaviour: rule(413, .above(bytes: 60_000))) { stage in
            try stage.configure(
                beginning.merging(["event.poller.configuration": #"{"organisations": {}}"#]) { $1 })
            let large = try stage.startDaemon()
            try await stage.receiver.wait { $0.requests >= 8 }
            var lines = await log(of: large)
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 12 }
            #expect(try await stage.status().endpoint["state"] as? String == "delivering")
            lines += await log(of: daemon)
            let refusals = lines.filter { $0.contains("not delivered") && $0.contains(#""attempt":1,"#) }
            #expect(refusals.count == 8)
            for line in refusals {
                let bytes = line.firstMatch(of: /"bytes":(\d+)/).flatMap { Int($0.output.1) }
                #expect(bytes.map { $0 > 60_000 } ?? false, "\(line)")
                #expect(line.contains(#""level":"warning""#), "\(line)")
            }
            #expect(!lines.contains { $0.contains("the receiver fails") })
        }
    }

    @Test("Where every event of one type fails, all others are delivered")
    func oneType() async throws {
        let contacts = try #require(EventTypePattern("contact.*"))
        try await Stage.set(behaviour: rule(500, .types(contacts))) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 55 }
            // Once all others have come, only failures are left, and how fast those are tried is another matter.
            #expect(await daemon.stop() == 0)
            let delivered = try await stage.deliveries("--state", "delivered", "--limit", "100")
            #expect(delivered.count == 55 && delivered.allSatisfy { $0["attempts"] as? Int == 1 })
        }
    }

    /// When a line of the log was written.
    private func time(of line: String) throws -> Date {
        let members = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions.insert(.withFractionalSeconds)
        let text = try #require(members?["time"] as? String)
        return try #require(formatter.date(from: text))
    }

    @Test("A receiver that fails for less than five seconds is not taken for one that fails")
    func moment() async throws {
        try await Stage.set(behaviour: rule(503, .first(6))) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            let lines = await log(of: daemon)
            let failures = try lines.filter { $0.contains("not delivered") }.map(time)
            #expect(failures.count >= 6)
            // On a busy machine, six attempts may well take longer than a moment.
            let lasted = try #require(failures.last).timeIntervalSince(try #require(failures.first))
            #expect(!lines.contains { $0.contains("the receiver fails") } || lasted >= 5, "\(lasted)")
        }
    }

    @Test("An event that is given up lets the next of its record go, and is kept")
    func givenUp() async throws {
        try await Stage.set(behaviour: rule(500, .first(1))) { stage in
            try stage.configure(["event.notification.retry.schedule": #"["30m"]"#])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let id = stage.live.withInstance { instance, _ in instance.ids(of: .leads)[0] }
            for (number, title) in ["First", "Second"].enumerated() {
                try stage.live.change { instance, now in
                    [try instance.update(.leads, id, [.set("TITLE", .text(title))], at: now)]
                }
                if number == 0 { #expect(await daemon.lines.first { $0.contains("not delivered") } != nil) }
                if number == 1 { try await daemon.hasRead(pages: 1) }
            }
            _ = try await stage.says(["deliveries", "give-up", "1"])
            try await stage.took.wait { $0.count == 1 }
            #expect(stage.took.events.map(\.sequence) == [2])
            let dead = try await stage.says(["deliveries", "list", "--state", "dead"])
            #expect(dead.contains("#1 "))
            let again = try await stage.says(["deliveries", "give-up", "1"])
            #expect(again.contains("is dead"))
            let lines = await log(of: daemon)
            #expect(lines.contains { $0.contains("given up as was asked") && $0.contains(#""endpoint":"default""#) })
        }
    }

    @Test("A disabled endpoint is said at the start; another URL under its name begins anew")
    func anotherURL() async throws {
        try await Stage.set(behaviour: rule(410, .first(1))) { stage in
            try stage.configure(beginning.merging(["event.notification.concurrency": "1"]) { $1 })
            let first = try stage.startDaemon()
            #expect(await first.lines.first { $0.contains("the endpoint is disabled") } != nil)
            #expect(await first.stop() == 0)
            let second = try stage.startDaemon()
            let said = await second.lines.first { $0.contains("disabled since before this start") }
            #expect(said?.contains("410") == true && said?.contains("insightly-webhooks resume default") == true)
            #expect(await second.stop() == 0)
            #expect(stage.receiver.summary.requests == 1)
            try stage.configure(
                beginning.merging(["event.notification.callback.url": "\"\(stage.callback)elsewhere\""]) { $1 })
            let third = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            let lines = await log(of: third)
            #expect(lines.contains { $0.contains("another URL than before") })
            #expect(!lines.contains { $0.contains("disabled since before") })
        }
    }

    @Test("Events that wait while the format is changed are sent in the new one, under their ids")
    func anotherFormat() async throws {
        let world = Stage.world(population: Population(contacts: 1))
        try await Stage.set(world, behaviour: .always(.init(.status(503)))) { stage in
            let keys = beginning.merging(["event.notification.retry.schedule": #"["1h"]"#]) { $1 }
            try stage.configure(keys)
            let first = try stage.startDaemon()
            try await stage.receiver.waitForRequests(1)
            #expect(await first.stop() == 0)
            stage.receiver.behave(.accepting)
            try stage.configure(keys.merging(["event.notification.format": #""cloudevents""#]) { $1 })
            let second = try stage.startDaemon()
            _ = try await stage.says(["resume"])
            try await stage.took.wait { $0.count == 1 }
            #expect(await second.stop() == 0)
            let requests = stage.receiver.requests
            #expect(
                requests.map { $0.header("content-type") } == ["application/json", "application/cloudevents+json"])
            #expect(Set(requests.map(\.webhookID)).count == 1)
            #expect(requests.allSatisfy { $0.isVerified })
        }
    }
}
