// The real program, killed again and again in the middle of its work.

import EventStore
import RunningServices
import SimulatedWorld
import ChangeFeed
import ChangeOracle
import ChangeStore
import Foundation
import ReceivedEvents
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Killing the daemon", .timeLimit(.minutes(60)))
struct KillingTests {
    static let polled = SimulatedObject.allCases

    /// Faults on both sides, so that retries are always under way.
    private let behaviour = ReceiverBehaviour(
        [
            .init(.init(.status(503)), .share(0.08)), .init(.init(.lost), .share(0.08)),
            .init(.init(.reset), .share(0.04)), .init(.init(.status(301), location: "/elsewhere"), .share(0.02)),
            .init(.init(.slowBody(interval: .milliseconds(100))), .share(0.01)),
        ], seed: 3)

    private static let kills = 100

    private func configuration(start: String) -> [String: String] {
        let waits = Array(repeating: "\"200ms\"", count: 40).joined(separator: ",")
        return [
            "event.poller.start": "\"\(start)\"", "log.level": "\"trace\"", "event.poller.overlap": "\"20s\"",
            "event.notification.timeout": #""1s""#,
            "event.notification.retry.schedule": "[\(waits)]",
            "event.poller.configuration": #"""
            {"contacts": {"pageSize": 9}, "organisations": {}, "leads": {}, "opportunities": {}, "projects": {},
             "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
               "idField": "RECORD_ID",
               "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC", "createdDateField": "DATE_CREATED_UTC"}}}
            """#,
        ]
    }

    @Test(
        "Killed at 100 random moments under load, it loses nothing and tells nothing twice",
        arguments: ["beginning", "now"])
    func kill(start: String) async throws {
        try await Stage.set(Stage.world(seed: 5) { $0.limits.perSecond = nil }, behaviour: behaviour) { stage in
            try stage.configure(configuration(start: start))
            var random = SeededGenerator(seed: 17)
            // Known first: of a record that is deleted before it was ever read, nobody can tell.
            var lives = 0
            repeat {
                lives += 1
                try #require(lives <= 200)
                // On a busy machine, more of a life's lines are of attempts that took too long: later lives are longer.
                try await stage.liveAndDie(lines: random.within(1...25 + lives / 2))
            } while !hasLearned(stage)
            try await running(EditingService(stage.live, editsPerMinute: 900, seed: 8)) {
                for _ in 0..<Self.kills { try await stage.liveAndDie(lines: random.within(1...25)) }
            }
            try await judge(stage, start: start)
        }
    }

    private func hasLearned(_ stage: Stage) -> Bool {
        // A process that was killed early may have left no store, or half of one.
        let visitor = try? SQLiteVisitor(path: stage.storePath, account: "default", isReadOnly: true)
        let status = try? visitor?.status(endpoints: [])
        return status.map { status in
            status.resources.count == Self.polled.count
                && status.resources.allSatisfy { $0.progress.baseline == .complete }
        } ?? false
    }

    /// Attempts that were made before the wait of the schedule was over, less a fifth of it.
    private func attemptsTooEarly(_ stage: Stage) throws -> [String] {
        let visitor = try SQLiteVisitor(path: stage.storePath, account: "default", isReadOnly: true)
        var all = ListFilter()
        all.limit = .max
        return try visitor.deliveries(all).filter { $0.attempts > 1 }.flatMap { delivery in
            let attempts = try visitor.delivery(delivery.id)?.attempts ?? []
            return zip(attempts, attempts.dropFirst()).filter { before, next in
                next.startedAt - before.startedAt < before.duration + .milliseconds(160)
            }.map { "attempt \($1.number) of delivery \(delivery.id)" }
        }
    }

    /// Lets a last process finish in peace, and compares what was taken with what the world did.
    private func judge(_ stage: Stage, start: String) async throws {
        stage.receiver.behave(.accepting)
        let last = try stage.startDaemon()
        // An edit after all others, of each resource: once it has been told, everything before it has been found.
        let marks = try stage.live.withInstance { instance, now in
            try Self.polled.map { object in
                let commit = try instance.create(object, at: now)
                return "\(object.resource)/\(commit.id)"
            }
        }
        // What is missing, for whoever reads that the time was up.
        @Sendable func missing(_ events: [ReceivedEvent]) -> [String] {
            let sequences = Set(events.compactMap(\.sequence))
            return marks.filter { mark in !events.contains { $0.recordName == mark } }
                + (1...max(1, sequences.max() ?? 1)).filter { !sequences.contains($0) }.map { "#\($0)" }
                + stage.untoldDeletions(events, Self.polled).map { "the deletion of \($0)" }
                + (start == "now" || stage.isComplete(events, Self.polled) ? [] : ["the last state of some record"])
        }
        do {
            try await stage.took.wait { missing($0).isEmpty }
        } catch {
            Issue.record("not told: \(missing(stage.took.events))")
            throw error
        }
        #expect(await last.stop() == 0)

        #expect(try attemptsTooEarly(stage) == [])
        let store = try stage.store()
        let thresholds = try store.look { try $0.progress() }.mapValues(\.newsThreshold)
        let world = stage.live.withInstance { instance, _ in instance }
        let verdict = try Verdict(taken: stage.took.events, world: world, polled: Self.polled) {
            thresholds[$0.resource]
        }
        #expect(verdict.faults == [])
        let summary = stage.receiver.summary
        #expect(summary.alteredBodies == 0)
        #expect(summary.outOfOrder == 0)
        #expect(stage.took.events.count > (start == "now" ? 40 : 140))
    }
}
