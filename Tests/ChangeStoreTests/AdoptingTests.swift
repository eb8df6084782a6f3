import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("What known records belong to")
struct AdoptingTests {
    private func commit(
        _ opened: OpenStore, _ plan: ResourcePlan, _ records: [String]
    ) throws -> CommitSummary {
        let body = Array("[\(records.joined(separator: ","))]".utf8)
        let seen = try RecordPage.read(body).records.map { try #require(SeenRecord($0, idField: plan.idField)) }
        let page = PageCommit(
            plan: plan, records: seen, sighting: .search,
            detector: ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true),
            progress: ResourceProgress(
                newsThreshold: .beginning, cursor: opened.now, polledAt: opened.now, baseline: .complete),
            budget: .init())
        return try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
    }

    private func plan(_ name: String, idField: String = "CONTACT_ID") -> ResourcePlan {
        var plan = OpenStore.plan
        plan.name = ResourceName(name)
        plan.idField = FieldPath(idField)
        return plan
    }

    private func adopt(_ opened: OpenStore, _ plan: ResourcePlan) throws -> [ResourceAdoption.Notice] {
        try opened.store.adopt([plan], at: opened.now)
    }

    @Test("Another way of writing the name loses nothing, and the ids of its events stay what they would have been")
    func renamed() throws {
        let ids = try ["contacts", "/Contacts"].map { name in
            let opened = try StoreFixture().open()
            #expect(try commit(opened, plan("contacts"), [OpenStore.record(1, name: "A")]).created == 1)
            let notices = try adopt(opened, plan(name))
            #expect(notices.isEmpty == (name == "contacts"))
            #expect(try commit(opened, plan(name), [OpenStore.record(1, name: "A")]).unchanged == 1)
            #expect(try commit(opened, plan(name), [OpenStore.record(1, name: "B")]).updated == 1)
            #expect(try opened.store.progress().keys.map(\.text) == [name])
            // Of one record, one after the other.
            try opened.settle(try #require(try opened.due().first), as: .delivered)
            return try #require(try opened.due().first).eventID
        }
        #expect(ids[0] == ids[1])
    }

    @Test("Another id field is compared with nothing, what waits stays deliverable, and back again it goes on")
    func setAside() throws {
        let opened = try StoreFixture().open()
        _ = try commit(opened, plan("contacts"), [OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
        let other = plan("contacts", idField: "LAST_NAME")
        #expect(
            try adopt(opened, other) == [
                .begunAnew(ResourceName("contacts"), was: OpenStore.plan.source, now: other.source)
            ])
        #expect(try opened.store.progress().isEmpty)
        #expect(try opened.store.presenceTallies().isEmpty)
        let summary = try commit(opened, other, [OpenStore.record(1, name: "A")])
        #expect((summary.created, summary.updated, summary.deleted) == (1, 0, 0))
        #expect(try opened.due().count == 3)
        #expect(
            try adopt(opened, plan("contacts")) == [.takenUp(ResourceName("contacts"), OpenStore.plan.source)])
        #expect(try commit(opened, plan("contacts"), [OpenStore.record(2, name: "A")]).unchanged == 1)
    }

    @Test("The same record, version and content under another id field make no id twice")
    func idsStayApart() throws {
        let opened = try StoreFixture().open()
        let record = #"{"CONTACT_ID":1,"OTHER_ID":1,"DATE_UPDATED_UTC":"2026-11-23 10:00:00"}"#
        _ = try commit(opened, plan("contacts"), [record])
        let other = plan("contacts", idField: "OTHER_ID")
        _ = try adopt(opened, other)
        _ = try commit(opened, other, [record])
        #expect(Set(try opened.due().map(\.eventID)).count == 2)
    }

    @Test("What was set aside goes in parts of bounded size, and so does what is known besides the records")
    func prunedInParts() throws {
        let opened = try StoreFixture().open()
        _ = try commit(opened, plan("contacts"), (1...5).map { OpenStore.record($0, name: "A") })
        try opened.store.store.pool.write { db in
            for table in ["record_read_by_id", "record_stamp", "swept_record"] {
                let (columns, values) = table == "swept_record" ? (", sweep", ", 7") : ("", "")
                try db.execute(
                    sql: """
                        INSERT INTO \(table) (resource_id, record_id\(columns))
                        SELECT resource_id, record_id\(values) FROM known_record
                        """)
            }
        }
        _ = try adopt(opened, plan("contacts", idField: "LAST_NAME"))
        let later = opened.now + .seconds(1)
        var parts: [Int] = []
        while parts.last != 0 { parts.append(try opened.store.pruneSetAside(before: later, limit: 3)) }
        #expect(parts == [3, 3, 3, 3, 3, 3, 2, 0])
    }

    @Test("What an older version did not say the object of is pruned as well once it is set aside")
    func prunedUnknown() throws {
        let opened = try StoreFixture().open()
        for name in ["accounts", "organisations"] {
            _ = try commit(opened, plan(name), [OpenStore.record(1, name: "A")])
        }
        try opened.store.store.pool.write { try $0.execute(sql: "UPDATE resource SET object = NULL, id_field = NULL") }
        _ = try adopt(opened, plan("organisations"))
        #expect(try opened.store.pruneSetAside(before: opened.now + .seconds(1), limit: 3) == 1)
        #expect(try opened.store.pruneSetAside(before: opened.now + .seconds(1), limit: 3) == 0)
    }

    @Test("What an older version did not say the id field of is compared with nothing where its records tell another")
    func otherFieldThanBefore() throws {
        let opened = try StoreFixture().open()
        let record = #"{"CONTACT_ID":1,"OTHER_ID":2,"DATE_UPDATED_UTC":"2026-11-23 10:00:00"}"#
        _ = try commit(opened, plan("contacts"), [record])
        try opened.store.store.pool.write { try $0.execute(sql: "UPDATE resource SET object = NULL, id_field = NULL") }
        let other = plan("contacts", idField: "OTHER_ID")
        #expect(
            try adopt(opened, other) == [.begunAnew(ResourceName("contacts"), was: nil, now: other.source)])
        #expect(try opened.store.presenceTallies().isEmpty)
        #expect(try commit(opened, other, [record]).created == 1)
    }

    @Test("One odd record of an older version neither sets the others aside nor keeps them")
    func oddRecord() throws {
        for (idField, isKept) in [("CONTACT_ID", true), ("OTHER_ID", false)] {
            let opened = try StoreFixture().open()
            let records = (1...30).map {
                #"{"CONTACT_ID":\#($0),"OTHER_ID":\#(100 + $0),"DATE_UPDATED_UTC":"2026-11-23 10:00:00"}"#
            }
            _ = try commit(opened, plan("contacts"), records)
            try opened.store.store.pool.write { db in
                try db.execute(sql: "UPDATE resource SET object = NULL, id_field = NULL")
                try db.execute(
                    sql: "UPDATE known_record SET content = ? WHERE record_id = ?",
                    arguments: [Array(#"{"CONTACT_ID":77,"OTHER_ID":1}"#.utf8).stored, RecordID("1")])
                #expect(db.changesCount == 1)
            }
            let plan = plan("contacts", idField: idField)
            let notices = try adopt(opened, plan)
            #expect(notices == (isKept ? [] : [.begunAnew(ResourceName("contacts"), was: nil, now: plan.source)]))
        }
    }

    @Test("However often a resource begins anew, no event gets the id of another")
    func namesStayApart() throws {
        let opened = try StoreFixture().open()
        let record = #"{"CONTACT_ID":1,"OTHER_ID":1,"DATE_UPDATED_UTC":"2026-11-23 10:00:00"}"#
        for _ in 1...4 {
            for idField in ["CONTACT_ID", "OTHER_ID"] {
                let plan = plan("contacts", idField: idField)
                _ = try adopt(opened, plan)
                #expect(try commit(opened, plan, [record]).created == 1)
                while try opened.store.pruneSetAside(before: opened.now + .seconds(1), limit: 3) > 0 {}
            }
        }
        #expect(Set(try opened.due().map(\.eventID)).count == 8)
    }

    @Test("A store of the first version opens, and goes on under whatever name its resource is written")
    func firstVersion() throws {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open()
            _ = try commit(opened, plan("accounts"), [OpenStore.record(1, name: "A")])
            // As it was before any of this was kept.
            try opened.store.store.pool.write { db in
                for column in ["event_name", "object", "id_field", "set_aside_at", "called"] {
                    try db.execute(sql: "ALTER TABLE resource DROP COLUMN \(column)")
                }
                try db.execute(sql: "ALTER TABLE account DROP COLUMN instance")
                try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '%what known records belong to'")
            }
        }
        let opened = try fixture.open()
        #expect(
            try adopt(opened, plan("organisations")) == [
                .renamed(from: ResourceName("accounts"), to: ResourceName("organisations"))
            ])
        #expect(try commit(opened, plan("organisations"), [OpenStore.record(1, name: "A")]).unchanged == 1)
    }

    @Test("The instance is kept once it is learned")
    func instance() throws {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open()
            #expect(try opened.store.instance() == nil)
            try opened.store.remember(instance: "ours")
        }
        let opened = try fixture.open()
        #expect(try opened.store.instance() == "ours")
    }

    @Test("Another name of the same instance changes nothing but that")
    func instanceRenamed() throws {
        let opened = try StoreFixture().open()
        #expect(try commit(opened, plan("contacts"), [OpenStore.record(1, name: "A")]).created == 1)
        try opened.store.remember(instance: "ours")
        #expect(try opened.store.store.takeUp(instance: "Theirs", anew: false, ofAccount: "default", at: opened.now))
        #expect(try opened.store.instance() == "theirs")
        #expect(try adopt(opened, plan("contacts")) == [])
        #expect(try commit(opened, plan("contacts"), [OpenStore.record(1, name: "A")]).unchanged == 1)
        #expect(
            try opened.store.store.takeUp(instance: "theirs", anew: false, ofAccount: "nobody", at: opened.now) == false
        )
    }

    @Test(
        "Another instance is compared with nothing, keeps the queue, and makes no id twice, however often they change")
    func anotherInstance() throws {
        let opened = try StoreFixture().open()
        for round in 1...4 {
            // Fixed for a process, and another one for each instance.
            let opened = OpenStore(
                store: try opened.store.store.account(named: "default", identity: ""), endpoint: opened.endpoint,
                now: opened.now)
            #expect(try commit(opened, plan("contacts"), [OpenStore.record(1, name: "A")]).created == 1)
            let name = round.isMultiple(of: 2) ? "ours" : "theirs"
            #expect(try opened.store.store.takeUp(instance: name, anew: true, ofAccount: "default", at: opened.now))
            #expect(try opened.store.instance() == name)
            #expect(try adopt(opened, plan("contacts")) == [])
            #expect(try opened.store.progress().isEmpty)
        }
        let ids = try opened.store.store.pool.read { try String.fetchAll($0, sql: "SELECT id FROM event") }
        #expect(Set(ids).count == 4)
        #expect(try opened.due().count == 4)
    }
}
