// A store that is carried to another, from each engine to each.

import ChangeFeed
import EventStore
import Foundation
import MemoryStore
import PrivatePostgreSQL
import StagedStores
import Testing

@Suite("A store that is moved")
struct MovingTests {
    private func places(
        _ from: TestedEngine, _ to: TestedEngine, _ body: @escaping @Sendable (StorePlace, StorePlace) throws -> Void
    ) async throws {
        try await SharedCluster.standard.lend { server in
            try await withTaskExecutorPreference(BlockingExecutor.standard) {
                try TestedEngine.$server.withValue(server) {
                    let source = try TestedEngine.$current.withValue(from) { try StorePlace() }
                    let target = try TestedEngine.$current.withValue(to) { try StorePlace() }
                    try body(source, target)
                }
            }
        }
    }

    @Test(
        "It is the same by all that can be asked, whatever the engines",
        arguments: TestedEngine.allCases, TestedEngine.allCases)
    func same(from: TestedEngine, to: TestedEngine) async throws {
        try await places(from, to) { source, target in
            try MovedStage.fill(source, accounts: ["default"])
            let first = try source.location.openExisting()
            do {
                let second = try target.location.openTarget(movedFrom: "the first")
                #expect(throws: StoreProblem.self) { _ = try target.visitor() }
                let summary = try StoreMove(from: first, to: second).run()
                #expect(summary.accounts == 1 && summary.records > 1_200 && summary.events > 1_000)
                second.finish()
            }
            let second = try target.location.openExisting()
            #expect(try second.accountNames() == ["default"])
            let accounts = (try first.account(named: "default"), try second.account(named: "default"))
            let (before, after) = (try #require(accounts.0), try #require(accounts.1))
            #expect(try AccountDump(of: before) == AccountDump(of: after))
        }
    }

    @Test("Several accounts stay apart, and keep their own numbers where the store has room for that")
    func accounts() async throws {
        for (from, to) in [(TestedEngine.postgres, TestedEngine.sqlite), (.sqlite, .postgres)] {
            try await places(from, to) { source, target in
                try MovedStage.fill(source, accounts: ["b", "a"])
                let first = try source.location.openExisting()
                let second = try target.location.openTarget(movedFrom: "the first")
                _ = try StoreMove(from: first, to: second).run()
                #expect(try second.accountNames() == ["b", "a"])
                for name in ["b", "a"] {
                    let accounts = (try first.account(named: name), try second.account(named: name))
                    let (before, after) = (
                        try AccountDump(of: #require(accounts.0)), try AccountDump(of: #require(accounts.1))
                    )
                    #expect(before.status == after.status && before.events.map(\.event) == after.events.map(\.event))
                    #expect(before.listedDeliveries.map(\.eventID) == after.listedDeliveries.map(\.eventID))
                    #expect(before.records.values.map(\.count).sorted() == after.records.values.map(\.count).sorted())
                    if to == .postgres { #expect(before == after) }
                    // What comes later waits for what was moved, and for nothing of another resource.
                    let keys = after.deliveries.compactMap { delivery in
                        delivery.delivery.key.map { ($0, delivery.resource, delivery.delivery.replaySpacing != nil) }
                    }
                    #expect(!keys.isEmpty)
                    #expect(
                        keys.allSatisfy { key, resource, isReplay in
                            key.hasPrefix("\(isReplay ? "replay " : "")\(resource)/")
                        })
                }
            }
        }
    }

    /// - Returns: whether it came to its end.
    private static func move(_ first: any StateStore, to target: StorePlace, stoppingAfter steps: Int) throws -> Bool {
        let second = try target.location.openTarget(movedFrom: "the first")
        defer { second.finish() }
        do {
            _ = try StoreMove(from: first, to: StoppingStore(second, after: steps)).run()
            return true
        } catch is MoveStopped { return false }
    }

    @Test(
        "Stopped at any step, it begins again, and nobody takes the half of it for a store",
        arguments: [
            (TestedEngine.memory, TestedEngine.sqlite), (.sqlite, .postgres), (.postgres, .memory),
        ])
    func stopped(from: TestedEngine, to: TestedEngine) async throws {
        try await places(from, to) { source, target in
            try MovedStage.fill(source, accounts: ["default"])
            let first = try source.location.openExisting()
            let whole = try #require(try first.account(named: "default"))
            var steps = 0
            while try !Self.move(first, to: target, stoppingAfter: steps) {
                steps += 1
                do {
                    _ = try target.location.open()
                    Issue.record("half of a store was opened after \(steps) steps")
                } catch {
                    #expect("\(error)".contains("is not whole"), "\(error)")
                }
                #expect(throws: StoreProblem.self) { _ = try target.location.openTarget(movedFrom: "another") }
            }
            // An account, its head and its end, and the end of all; three parts of records, and as many of the log and queue.
            #expect(steps > 12)
            let moved = try #require(try target.location.openExisting().account(named: "default"))
            #expect(try AccountDump(of: whole) == AccountDump(of: moved))
            #expect(throws: StoreProblem.self) { _ = try target.location.openTarget(movedFrom: "the first") }
        }
    }
}
