import ChangeFeed
import SimulatedWorld
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore
import EventStore

@Suite("The dictionaries of a store")
struct DictionaryTests {
    private let fixture: StoreFixture
    private let elsewhere: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        elsewhere = try StoreFixture()
        opened = try fixture.open()
    }

    /// Records that have their names in common, and nothing with those of another kind.
    private func records(
        _ ids: Range<Int>, kind: String = "A", note: String = "", updated: String = "10:00:00"
    ) -> [String] {
        ids.map { id in
            let fields = (0..<30).map { "\"FIELD_\(kind)_\($0 * 7)\":\((id * 31 + $0) % 97)" }.joined(separator: ",")
            return """
                {"CONTACT_ID":\(id),\(fields),"NOTE":"\(note)","DATE_UPDATED_UTC":"2026-11-23 \(updated)"}
                """
        }
    }

    private func numbers() throws -> [Int] {
        try opened.store.store.pool.read { try Int.fetchAll($0, sql: "SELECT number FROM dictionary ORDER BY number") }
    }

    private func meddle(_ sql: String, in opened: OpenStore? = nil) throws {
        try (opened ?? self.opened).store.store.pool.write { try $0.execute(sql: sql) }
    }

    private func readingUpTo(_ instant: Instant, _ records: [String], in opened: OpenStore) throws -> CommitSummary {
        var page = try opened.page(records)
        page.detector = ChangeDetector(
            plan: OpenStore.plan, newsThreshold: .beginning, baselineIsComplete: true, readUpTo: instant)
        return try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
    }

    @Test("A resource gets one once there are enough records, those that are known already included")
    func training() throws {
        let few = Limits.leastRecordsToTrainBy - 1
        try opened.commit(records(0..<few))
        #expect(try numbers().isEmpty)
        try opened.commit(records(few..<(few + 1)))
        #expect(try numbers() == [1])
        let heads = try opened.store.store.pool.read {
            try Data.fetchAll($0, sql: "SELECT content FROM known_record ORDER BY record_id").compactMap(\.first)
        }
        #expect(heads == [UInt8](repeating: 1, count: few) + [2])
    }

    @Test("Records with nothing in common get none, and are kept")
    func nothingInCommon() throws {
        var random = SeededGenerator(seed: 3)
        let noise = (0..<200).map { id in
            let note = (0..<40).map { _ in String(UInt64.random(in: 0 ... .max, using: &random), radix: 36) }.joined()
            return #"{"CONTACT_ID":\#(id),"DATE_UPDATED_UTC":"2026-11-23 10:00:00","N":"\#(note)"}"#
        }
        try opened.commit(noise)
        #expect(try numbers().isEmpty)
        #expect(try opened.commit(noise).unchanged == 200)
    }

    @Test("Another one is trained where records change their shape; what the old one packed is read as before")
    func again() throws {
        try opened.commit(records(0..<400))
        let later = Limits.recordsJudged + 400
        for from in stride(from: 400, to: later + 400, by: 400) {
            try opened.commit(records(from..<(from + 400), kind: "B"))
        }
        #expect(try numbers() == [1, 2])
        #expect(try opened.commit(records(0..<400)).unchanged == 400)
        let changed = try opened.commit(records(0..<400, note: "x", updated: "11:00:00"))
        #expect(changed.updated == 400 && changed.relearned.isEmpty)
    }

    @Test("What a transaction trained that came to nothing is not used, and its number is another's")
    func rolledBack() throws {
        try meddle("CREATE TRIGGER refused BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'refused'); END")
        #expect(throws: DatabaseError.self) { try opened.commit(records(0..<200, kind: "B")) }
        #expect(try numbers().isEmpty)
        try meddle("DROP TRIGGER refused")
        try opened.commit(records(0..<200))
        #expect(try numbers() == [1])
        #expect(try opened.due(200).allSatisfy(\.isReadable))
        #expect(try opened.commit(records(0..<200, note: "x", updated: "11:00:00")).relearned.isEmpty)
    }

    @Test("One that is damaged is named at the start; records that have not changed are learned anew silently")
    func damaged() throws {
        try opened.commit(records(0..<200))
        let known = records(0..<200)
        try meddle("UPDATE dictionary SET bytes = CAST(substr(bytes, 1, 900) || x'00' || substr(bytes, 902) AS BLOB)")
        opened.store.store.finish()
        let again = try reopened()
        let named = try again.store.unreadableMemories().map { "\($0)" }
        #expect(named.count == 1 && named[0].contains("dictionary number 1 of the resource contacts"))
        let summary = try again.commit(known)
        #expect(summary.unchanged == 200 && summary.events == 0 && summary.relearned.count == 200)
        let second = try again.commit(known)
        #expect(second.unchanged == 200 && second.relearned.isEmpty)
        let changed = try again.commit(records(0..<1, note: "x", updated: "11:00:00"))
        #expect(changed.updated == 1 && changed.relearned.isEmpty)
    }

    @Test("A record that cannot be read is told where its stamp says so, and learned anew where none does")
    func unreadableRecord() throws {
        try opened.commit(records(0..<200))
        try meddle("UPDATE known_record SET content = x'0100' WHERE record_id IN (7, 8)")
        let polled = opened.now
        let silent = try readingUpTo(polled, records(7..<8, note: "x"), in: opened)
        #expect(silent.events == 0 && silent.relearned == [RecordID("7")])
        let early = Instant(secondsSince1970: 1_700_000_000)
        let told = try readingUpTo(early, records(8..<9, note: "x", updated: "11:00:00"), in: opened)
        #expect(told.updated == 1 && told.relearned == [RecordID("8")])
        let versions = try opened.store.store.pool.read {
            try Int.fetchAll($0, sql: "SELECT version FROM known_record WHERE record_id IN (7, 8) ORDER BY record_id")
        }
        #expect(versions == [1, 2])
        #expect(try readingUpTo(early, records(7..<9, note: "y", updated: "12:00:00"), in: opened).relearned.isEmpty)
    }

    @Test("An event that cannot be read becomes a dead letter, and the next of its record goes")
    func unreadableEvent() throws {
        try opened.commit(records(1..<3))
        try opened.commit(records(1..<2, note: "x", updated: "11:00:00"))
        try meddle("UPDATE event SET body = x'0200000009' WHERE sequence = 1")
        let due = try opened.store.claim(of: opened.endpoint, limit: 10, at: opened.now)
        let unreadable = due.filter { !$0.isReadable }
        #expect(due.count == 2 && unreadable.map(\.sequence) == [1])
        #expect(
            try opened.store.giveUpUnreadable(unreadable, of: opened.endpoint, at: opened.now) == unreadable.map(\.id))
        opened.store.putBack(due.map(\.id))
        #expect(try opened.store.queueDepth(of: opened.endpoint) == QueueDepth(open: 2, dead: 1))
        #expect(try opened.due().map(\.sequence) == [2, 3])
        #expect(try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: true).event("1")?.body == [])
    }

    @Test("Events whose dictionary is damaged wait for an hour, and are sent once it is back")
    func unreadableForNow() throws {
        try opened.commit(records(0..<200))
        try meddle("CREATE TABLE aside AS SELECT * FROM dictionary; UPDATE dictionary SET bytes = x'00'")
        opened.store.store.finish()
        let damaged = try reopened()
        let due = try damaged.store.claim(of: damaged.endpoint, limit: 10, at: damaged.now)
        let unreadable = due.filter { !$0.isReadable }
        #expect(!unreadable.isEmpty)
        #expect(try damaged.store.giveUpUnreadable(unreadable, of: damaged.endpoint, at: damaged.now).isEmpty)
        damaged.store.putBack(due.map(\.id))
        #expect(try damaged.store.queueDepth(of: damaged.endpoint) == QueueDepth(open: 200, dead: 0))
        let asked = Set(unreadable.map(\.id))
        #expect(try damaged.due(200).allSatisfy { !asked.contains($0.id) })
        try damaged.store.store.pool.write {
            try $0.execute(
                sql: "UPDATE dictionary SET bytes = (SELECT bytes FROM aside WHERE aside.number = dictionary.number)")
        }
        damaged.store.store.finish()
        let mended = try Self.open(copyOf: elsewhere, in: StoreFixture())
        let later = mended.now + .hours(1)
        let all = try mended.store.claim(of: mended.endpoint, limit: 500, at: later)
        #expect(all.count == 200 && all.allSatisfy(\.isReadable))
    }

    @Test("What was told in place of an event is told again as it is packed, also while it cannot be read")
    func retellingUnread() throws {
        try opened.commit(records(0..<200))
        try meddle(
            "INSERT INTO fold (delivery_id, type, body) SELECT 1, 'contact.created', body FROM event WHERE sequence = 1"
        )
        try meddle("UPDATE delivery SET state = 'delivered' WHERE id = 1; UPDATE dictionary SET bytes = x'00'")
        opened.store.store.finish()
        let damaged = try reopened()
        var selection = ReplaySelection()
        selection.sequences = 1...1
        try SQLiteVisitor(path: elsewhere.path, account: "default", isReadOnly: false).requestReplay(
            of: selection, eventsPerSecond: 1)
        #expect(try damaged.store.carryOnReplay(to: [damaged.endpoint], limit: 9, at: damaged.now) != nil)
        let bodies = try damaged.store.store.pool.read {
            try Data.fetchAll($0, sql: "SELECT body FROM fold ORDER BY delivery_id")
        }
        #expect(bodies.count == 2 && bodies[0] == bodies[1] && bodies[0].count > 1)
    }

    @Test("One goes when no row needs it, and not before")
    func pruning() throws {
        try opened.commit(records(0..<400))
        for from in stride(from: 400, to: 2_400, by: 400) { try opened.commit(records(from..<(from + 400), kind: "B")) }
        #expect(try numbers() == [1, 2])
        #expect(try opened.store.store.pruneDictionaries() == 0)
        for from in stride(from: 0, to: 2_400, by: 400) {
            try opened.commit(records(from..<(from + 400), kind: "B", note: "x", updated: "11:00:00"))
        }
        // Their first events are still packed by it.
        #expect(try opened.store.store.pruneDictionaries() == 0)
        for due in try opened.due(4_000) { try opened.settle(due, as: .delivered) }
        #expect(try opened.store.prune(settledBefore: opened.now + .hours(1), limit: 10_000) == 2_400)
        #expect(try opened.store.store.pruneDictionaries() == 1)
        #expect(try numbers() == [2])
        #expect(try opened.due(4_000).allSatisfy(\.isReadable))
    }

    @Test("Without its dictionary a resource gets another, and none is used that is not there")
    func missing() throws {
        try opened.commit(records(0..<200))
        try meddle("DELETE FROM dictionary")
        try opened.commit(records(200..<400))
        #expect(try numbers() == [2])
        opened.store.store.finish()
        let again = try reopened()
        // That something is missing shows when it is asked for.
        #expect(try again.due(1).map(\.isReadable) == [false])
        let summary = try again.commit(records(0..<400))
        #expect(summary.events == 0 && summary.relearned.count == 200)
    }

    /// The store of another process, once the first has ended.
    private func reopened() throws -> OpenStore { try Self.open(copyOf: fixture, in: elsewhere) }

    private static func open(copyOf fixture: StoreFixture, in other: StoreFixture) throws -> OpenStore {
        try FileManager.default.copyItem(atPath: fixture.path, toPath: other.path)
        return try other.open()
    }
}
