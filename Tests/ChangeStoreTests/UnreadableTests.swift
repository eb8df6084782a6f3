import ChangeFeed
import GRDB
import StagedStores
import Testing

@testable import ChangeStore
import EventStore

@Suite("What cannot be read in a store is said, and never taken for well")
struct UnreadableTests {
    private let fixture: StoreFixture
    private let opened: OpenStore

    init() throws {
        fixture = try StoreFixture()
        opened = try fixture.open()
        try opened.commit([OpenStore.record(1, name: "A"), OpenStore.record(2, name: "A")])
    }

    private func meddle(_ sql: String, _ arguments: StatementArguments = []) throws {
        try opened.store.store.pool.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    @Test("A replay is dropped with its number, and the next one is carried out")
    func replay() throws {
        for due in try opened.due() { try opened.settle(due, as: .delivered) }
        let visitor = try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: false)
        try visitor.requestReplay(of: ReplaySelection(), eventsPerSecond: 10)
        try visitor.requestReplay(of: ReplaySelection(), eventsPerSecond: 10)
        try meddle("UPDATE operator_request SET detail = '{}' WHERE id = 1")
        let first = try opened.store.carryOnReplay(to: [opened.endpoint], limit: 10, at: opened.now)
        guard case .dropped(let row) = first else { throw UnexpectedStep() }
        #expect("\(row)".hasPrefix("detail of the request number 1 in the state store cannot be read"))
        let second = try opened.store.carryOnReplay(to: [opened.endpoint], limit: 10, at: opened.now)
        guard case .carriedOn(let request, true) = second else { throw UnexpectedStep() }
        #expect(request.count == 2)
    }

    @Test("A decision about what is held is dropped, and decides nothing")
    func decision() throws {
        try meddle(
            """
            INSERT INTO operator_request (account_id, resource_id, verb, detail)
                SELECT account_id, id, 'dismiss', '7' FROM resource
            """)
        try meddle("UPDATE known_record SET presence = 1")
        let step = try opened.store.carryOutDecision(limit: 10)
        #expect(step.dropped != nil && step.done == nil)
        let counts = try opened.store.presenceTallies()
        #expect(counts[ResourceName("contacts")]?.suspects == 2)
    }

    @Test(
        "A release is dropped, whatever it says, and stops no page meanwhile",
        arguments: ["{", "7", #"{"deletes_held_since":"?"}"#])
    func release(detail: String) throws {
        try meddle("UPDATE resource SET deletes_held_since = 1")
        for verb in ["release", "dismiss"] {
            try meddle(
                """
                INSERT INTO operator_request (account_id, resource_id, verb, detail)
                    SELECT account_id, id, ?, ? FROM resource
                """,
                [verb, detail])
        }
        try opened.commit([OpenStore.record(3, name: "A")])
        let requests = try opened.store.requestedReleases()
        #expect(requests.names.isEmpty && requests.dropped.count == 1)
        #expect(try opened.store.requestedReleases().dropped.isEmpty)
    }

    @Test(
        "A record of which a column has no meaning stops the page, by name",
        arguments: [("presence", "9"), ("presence", "'listed'"), ("presence", "x'00'"), ("version", "'odd'")])
    func column(name: String, value: String) throws {
        try meddle("UPDATE known_record SET \(name) = \(value) WHERE record_id = 2")
        let error = #expect(throws: UnreadableRow.self) { try opened.commit([OpenStore.record(2, name: "B")]) }
        #expect(error.map { "\($0)".contains("\(name) of the known record 2") } == true)
    }

    @Test("What was learned of pace and API is named, and learned anew")
    func memories() throws {
        #expect(try opened.store.unreadableMemories() == [])
        try meddle("UPDATE resource SET pace = '{}'")
        try meddle("UPDATE account SET api_health = 'x'")
        let named = try opened.store.unreadableMemories().map { "\($0)" }
        #expect(named.count == 2 && named[0].hasPrefix("api_health") && named[1].contains("resource contacts"))
        #expect(try opened.store.paces().isEmpty)
        #expect(try opened.store.budgetMemory().health == APIHealth())
    }

    private struct UnexpectedStep: Error {}
}
