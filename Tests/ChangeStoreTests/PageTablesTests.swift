// A page in the tables of SQLite: all of it or nothing, and values that something else wrote.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("A page in tables")
struct PageTablesTests {
    @Test(
        "A pace that something else wrote is learned anew",
        arguments: [("\"polls\":9", "\"polls\":-1"), ("\"trust\":[", "\"trust\":[0,"), ("{", "[")])
    func unsoundPace(written: String, instead: String) throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        var pace = ResourcePace()
        for poll in 1...9 {
            pace.polled(1, requests: 1, from: fixture.now + .minutes(poll), to: fixture.now + .minutes(poll + 1))
        }
        var page = try opened.page([])
        page.pace = pace
        _ = try opened.store.commit(
            page, to: [opened.endpoint], detectedAt: opened.now, at: opened.now)
        try opened.store.store.pool.write { db in
            try db.execute(sql: "UPDATE resource SET pace = replace(pace, ?, ?)", arguments: [written, instead])
        }
        #expect(try opened.store.paces().isEmpty)
    }

    @Test("A page that fails half way leaves nothing behind: no known record, no event, no progress, no number used up")
    func allOrNothing() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        try opened.store.store.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER stop BEFORE INSERT ON known_record WHEN NEW.record_id = 3
                    BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
                    """)
        }
        let records = (1...3).map { OpenStore.record($0, name: "A") }
        #expect(throws: DatabaseError.self) { try opened.commit(records) }
        #expect(try opened.store.progress().isEmpty)
        #expect(try opened.bodies().isEmpty)
        #expect(try opened.due().isEmpty)
        try opened.store.store.pool.write { try $0.execute(sql: "DROP TRIGGER stop") }
        #expect(try opened.commit(records).created == 3)
        #expect(try opened.due().map(\.sequence) == [1, 2, 3])
    }

    @Test(
        "Ids keep their spelling, whether they are numbers or not",
        arguments: ["1", "007", "a-b", "-5", "99999999999999999999"])
    func recordIDs(text: String) throws {
        #expect(RecordID.fromDatabaseValue(RecordID(text).databaseValue) == RecordID(text))
    }
}
