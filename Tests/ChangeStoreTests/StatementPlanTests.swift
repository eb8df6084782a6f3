// That no statement of the verbs reads a large table from end to end, however its set of rows is given.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Synchronization
import Testing

@testable import ChangeStore

@Suite("Plans of statements")
struct StatementPlanTests {
    private final class Trace: Sendable {
        let statements = Mutex<Set<String>>([])
    }

    @Test("What a life of records and deliveries asks of the store is found by indexes")
    func plans() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        let trace = Trace()
        opened.store.store.pool.writeWithoutTransaction { db in
            db.trace(options: .statement) { event in
                if case .statement(let statement) = event {
                    trace.statements.withLock { _ = $0.insert(statement.sql) }
                }
            }
        }
        for name in ["A", "B", "C"] { try opened.commit((1...40).map { OpenStore.record($0, name: name) }) }
        let claimed = try opened.store.claim(of: opened.endpoint, limit: 10, at: opened.now)
        for name in ["D", "E"] { try opened.commit((1...40).map { OpenStore.record($0, name: name) }) }
        for (delivery, disposition) in zip(
            claimed, [.delivered, .dead, .retry(at: opened.now)] as [DeliveryPolicy.Disposition])
        {
            try opened.settle(delivery, as: disposition, status: 500)
        }
        opened.store.putBackAll(of: opened.endpoint)
        try opened.commit((1...40).map { OpenStore.record($0, name: "F") })
        _ = try opened.store.prune(settledBefore: opened.now + .seconds(1), limit: 100)
        _ = try opened.store.pruneUnsentEvents(detectedBefore: opened.now + .seconds(1), limit: 100)
        _ = try opened.store.pruneSweeps(limit: 100)
        _ = try opened.store.transact { try AskToDiscard.run(allTo: "default", in: $0) }
        _ = try opened.store.discardWhatWasAsked(limit: 100)
        let scanned = try opened.store.store.pool.read { db in
            try trace.statements.withLock { $0 }.filter { sql in
                let verb = sql.prefix { $0 != " " }
                guard ["SELECT", "UPDATE", "DELETE", "INSERT"].contains(verb) else { return false }
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
                statement.setUncheckedArguments([])
                return try Row.fetchAll(statement).map { $0["detail"] as String }
                    .contains { plan in Self.large.contains { "\(plan) ".hasPrefix("SCAN \($0) ") } }
            }
        }
        #expect(trace.statements.withLock(\.count) > 30)
        #expect(scanned.isEmpty, "\(scanned.sorted().joined(separator: "\n"))")
    }

    private static let large = ["delivery", "event", "known_record", "fold", "attempt", "swept_record"]
}
