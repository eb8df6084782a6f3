import ChangeFeed
import EventStore
import StagedStores
import Foundation
import GRDB
import Testing

@testable import ChangeStore

/// The picture of a delivery's life, in the documentation, in the core and in the store, is one.
@Suite("The life of a delivery")
struct DeliveryStepsTests {
    /// Writes down every step that a delivery takes, whatever verb makes it.
    private func watch(_ opened: OpenStore) throws {
        try opened.store.store.pool.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE step (before TEXT, after TEXT);
                    CREATE TRIGGER step_begin AFTER INSERT ON delivery
                        BEGIN INSERT INTO step VALUES (NULL, NEW.state); END;
                    CREATE TRIGGER step_change AFTER UPDATE OF state ON delivery
                        BEGIN INSERT INTO step VALUES (OLD.state, NEW.state); END;
                    CREATE TRIGGER step_end AFTER DELETE ON delivery
                        BEGIN INSERT INTO step VALUES (OLD.state, NULL); END;
                    """)
        }
    }

    private func steps(_ opened: OpenStore) throws -> Set<DeliveryStep> {
        let rows = try opened.store.store.pool.read {
            try Row.fetchAll($0, sql: "SELECT DISTINCT before, after FROM step")
        }
        return Set(
            rows.map { row in
                let (before, after): (String?, String?) = (row["before"], row["after"])
                return DeliveryStep(
                    before.flatMap(DeliveryState.init(rawValue:)), after.flatMap(DeliveryState.init(rawValue:)))
            })
    }

    @Test("takes every step there is, and no other")
    func everyStep() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open(rules: EndpointRules(coalesces: true))
        try watch(opened)
        func claim() throws -> DueDelivery {
            try #require(try opened.store.claim(of: opened.endpoint, limit: 1, at: opened.now).first)
        }
        // Delivered; not accepted, with another folded into it meanwhile; behind one under way; dead; replayed; pruned.
        try opened.commit([OpenStore.record(1, name: "A")])
        try opened.settle(try claim(), as: .delivered)
        try opened.commit([OpenStore.record(1, name: "B")])
        var current = try claim()
        try opened.commit([OpenStore.record(1, name: "C")])
        try opened.settle(current, as: .retry(at: opened.now), status: 500)
        current = try claim()
        try opened.commit([OpenStore.record(1, name: "D")])
        try opened.settle(current, as: .dead, status: 500)
        try opened.settle(try claim(), as: .delivered)
        var dead = ReplaySelection()
        dead.isOfDeadLetters = true
        try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: false).requestReplay(
            of: dead, eventsPerSecond: 10)
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 10, at: opened.now) != nil {}
        _ = try opened.store.prune(settledBefore: opened.now + .seconds(1), limit: 10)
        try opened.commit([OpenStore.record(1, name: "E")])
        try opened.settle(try claim(), as: .dead, status: 500)
        _ = try SQLiteVisitor(path: fixture.path, account: "default", isReadOnly: false).requestDiscarding(
            allTo: "default")
        _ = try opened.store.discardWhatWasAsked(limit: 10)
        var taken = try steps(opened)
        taken.formUnion(try stepsOfReordering())
        #expect(taken == DeliveryStep.all)
    }

    private func stepsOfReordering() throws -> Set<DeliveryStep> {
        let fixture = try StoreFixture()
        do {
            let opened = try fixture.open(rules: EndpointRules(order: .none))
            try watch(opened)
            for name in ["A", "B"] { try opened.commit([OpenStore.record(1, name: name)]) }
        }
        return try steps(try fixture.open())
    }

    @Test("is drawn in the documentation as it is in the code")
    func documentation() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOfFile: "/\(root)/docs/deliveries.md", encoding: .utf8)
        let drawing = try #require(
            page.components(separatedBy: "```mermaid").dropFirst().first?
                .components(separatedBy: "```").first)
        var steps: Set<DeliveryStep> = []
        for line in drawing.split(separator: "\n") where line.contains("-->") {
            let ends = line.components(separatedBy: "-->")
            let to = ends[1].components(separatedBy: ":")[0]
            let states = [ends[0], to].map { $0.trimmingCharacters(in: .whitespaces) }
            for state in states where state != "[*]" { #expect(DeliveryState(rawValue: state) != nil, "\(state)") }
            steps.insert(DeliveryStep(DeliveryState(rawValue: states[0]), DeliveryState(rawValue: states[1])))
        }
        #expect(steps == DeliveryStep.all)
    }
}
