// A field that comes onto a layout, by the real program: it is nobody's edit, however many records say it.

import ChangeFeed
import Foundation
import SimulatedWorld
import StartedPrograms
import Testing

@Suite("Changes that are held", .timeLimit(.minutes(10)))
struct HeldChangesTests {
    private static func world() -> SimulatedInstance { Stage.world { $0.limits.perSecond = nil } }
    private static let swept = ["event.poller.sweep_interval": "\"2s\""]

    @Test("A checkbox that is false everywhere is held, said and shown; released, every record is told of it")
    func released() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure(Self.swept)
            let daemon = try stage.startDaemon()
            await daemon.hasLearned(4)
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
            await daemon.hasLearned(4)
            _ = Self.putOnLayout(.null, of: .leads, stage)
            _ = Self.putOnLayout(false, stage)
            for await line in daemon.lines where line.contains("Their changes are held") { break }
            let dismiss = try stage.start(["dismiss", "contacts"], secrets: false)
            #expect(await dismiss.exitStatus == 0)
            for await line in daemon.lines where line.contains("is dismissed") { break }
            await daemon.hasRead(pages: 20)
            try stage.live.change { instance, now in
                [try instance.update(.contacts, instance.ids(of: .contacts)[4], [.set("LAST_NAME", "Later")], at: now)]
            }
            try await stage.took.wait { !$0.isEmpty }
            #expect(stage.took.events.map { $0.changes?.map(\.path) } == [["/LAST_NAME"]])
            #expect(await daemon.stop() == 0)
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
