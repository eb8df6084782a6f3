// A field that comes onto a layout, by the real program: it is nobody's edit, however many records say it.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Changes that are held", .timeLimit(.minutes(60)))
struct HeldChangesTests {
    private static func world() -> SimulatedInstance { Stage.world { $0.limits.perSecond = nil } }
    private static let swept = ["event.poller.sweep_interval": "\"2s\""]

    @Test("A checkbox that is false everywhere is held, said and shown; released, every record is told of it")
    func released() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure(Self.swept)
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let count = Self.putOnLayout(false, stage)
            for await line in daemon.lines where line.contains("Their changes are held") { break }
            let held = try await stage.status().resource("contacts")
            #expect(held["changes_held"] as? Int == count)
            #expect(held["changes_held_since"] is String)
            #expect(try await stage.says(["status"]).contains("release contacts --changes"))
            #expect(stage.took.events.isEmpty)

            let release = try stage.start(["release", "contacts", "--changes"], secrets: false)
            #expect(await release.exitStatus == 0)
            try await stage.took.wait { $0.count >= count }
            #expect(stage.took.events.allSatisfy { $0.changes?.map(\.path) == ["/CUSTOMFIELDS/Checked__c"] })
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Dismissed, it is learned without a word; a field that comes empty is nothing at all")
    func dismissed() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure(Self.swept)
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            _ = Self.putOnLayout(.null, of: .leads, stage)
            _ = Self.putOnLayout(false, stage)
            for await line in daemon.lines where line.contains("Their changes are held") { break }
            let dismiss = try stage.start(["dismiss", "contacts"], secrets: false)
            #expect(await dismiss.exitStatus == 0)
            for await line in daemon.lines where line.contains("is dismissed") { break }
            try await daemon.hasRead(pages: 20)
            try stage.live.change { instance, now in
                [try instance.update(.contacts, instance.ids(of: .contacts)[4], [.set("LAST_NAME", "Later")], at: now)]
            }
            try await stage.took.wait { !$0.isEmpty }
            #expect(stage.took.events.map { $0.changes?.map(\.path) } == [["/LAST_NAME"]])
            #expect(await daemon.stop() == 0)
        }
    }

    @Test(
        "What a sweep that cannot end has found is shown meanwhile, and told after a time, or held where it is much",
        arguments: [10, 30])
    func neverEnding(pageSize: Int) async throws {
        let world = Stage.world(population: Population(contacts: 100)) { $0.limits.perSecond = nil }
        try await Stage.set(world) { stage in
            // One process is to find what another is to tell, so that what is seen between them hangs on no time.
            func start(sweepingEach interval: String) throws -> RunningProgram {
                try stage.configure([
                    "event.poller.sweep_interval": "\"\(interval)\"",
                    "event.poller.configuration": "{\"contacts\": {\"pageSize\": \(pageSize)}}",
                ])
                return try stage.startDaemon()
            }
            let learning = try start(sweepingEach: "24h")
            try await learning.hasLearned(1)
            #expect(await learning.stop() == 0)

            stage.live.withInstance { instance, _ in instance.quirks.listsBreakAt = pageSize / 2 }
            let sweeping = try start(sweepingEach: "2s")
            for await line in sweeping.lines where line.contains("/Contacts: the API answered 500") { break }
            #expect(await sweeping.stop() == 0)

            // The next page is read, with the field; the one after it never.
            stage.live.withInstance { instance, _ in instance.quirks.listsBreakAt = pageSize * 3 / 2 }
            _ = Self.putOnLayout(false, stage)
            let finding = try start(sweepingEach: "24h")
            var open = 0
            while open == 0 { open = try await stage.status().resource("contacts")["changes_open"] as? Int ?? 0 }
            #expect(try await stage.says(["status"]).contains("\(open) changed without a new updated date"))
            #expect(await finding.stop() == 0)
            #expect(stage.took.events.isEmpty)

            let telling = try start(sweepingEach: "2s")
            for await line in telling.lines where line.contains("does not come to its end") { break }
            if pageSize > 20 {
                for await line in telling.lines where line.contains("Their changes are held") { break }
                #expect(try await stage.status().resource("contacts")["changes_held"] as? Int ?? 0 >= open)
                #expect(stage.took.events.isEmpty)
            } else {
                let found = open
                try await stage.took.wait { $0.count >= found }
                #expect(stage.took.events.allSatisfy { $0.changes?.map(\.path) == ["/CUSTOMFIELDS/Checked__c"] })
            }
            #expect(await telling.stop() == 0)
        }
    }

    private static func putOnLayout(
        _ value: FieldValue, of object: SimulatedObject = .contacts, _ stage: Stage
    ) -> Int {
        var count = 0
        stage.live.change { instance, now in
            let commits = instance.putOnLayout("Checked__c", value, of: object, at: now)
            count = commits.count
            return commits
        }
        return count
    }
}
