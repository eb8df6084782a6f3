// The desk of the store: what passes is waited for and told once, what does not goes to whoever asked.

import ChangeFeed
import EventStore
import Foundation
import Logging
import MemoryStore
import Synchronization
import Testing

@testable import Daemon

@Suite("The desk of the store", .timeLimit(.minutes(60)))
struct StoreDeskTests {
    private let lines = LoggedLines()
    private let store = FailingStore()
    private let desk: StoreDesk

    init() {
        desk = StoreDesk(store, logger: Logger(label: "test") { [lines] _ in lines })
    }

    /// Runs a verb that fails by these first.
    private func run(failingBy troubles: [StoreTrouble]) async throws -> Set<StoreTrouble> {
        let left = Mutex(troubles)
        return try await desk.run(.commit) { [store, desk] in
            let seen = desk.troubles
            if let trouble = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw store.failing(by: trouble) }
            return seen
        }
    }

    @Test("A server that cannot be reached is asked until it can, which is told with the reason, once each")
    func unreachable() async throws {
        #expect(try await run(failingBy: [.unreachable, .unreachable, .unreachable]) == [.unreachable])
        #expect(desk.troubles.isEmpty)
        #expect(
            lines.all == [
                "warning the state store nowhere cannot be reached, and everything waits: words of unreachable (Test: why)",
                "notice the state store can be reached again",
            ])
    }

    @Test("A lock is waited for as well, which is told with the reason")
    func locked() async throws {
        #expect(try await run(failingBy: [.locked]) == [.locked])
        #expect(
            lines.all == [
                "warning the state store nowhere is locked, and everything waits: words of locked (Test: why)",
                "notice the state store is not locked any more",
            ])
    }

    @Test("A server that answers that the account is led elsewhere can be reached again")
    func ledElsewhere() async throws {
        let hasFailed = Mutex(false)
        await #expect(throws: AccountLedElsewhere()) {
            try await desk.run(.deliver) { [store] in
                let isFirst = hasFailed.withLock { hasFailed in
                    defer { hasFailed = true }
                    return !hasFailed
                }
                if isFirst { throw store.failing(by: .unreachable) }
                throw AccountLedElsewhere()
            }
        }
        #expect(desk.troubles.isEmpty)
        #expect(lines.all.last == "notice the state store can be reached again")
    }

    @Test("What does not pass goes to whoever asked, and is over with the next that works")
    func failing() async throws {
        await #expect(throws: store.failing(by: .full)) { try await run(failingBy: [.full]) }
        #expect(desk.troubles == [.full])
        #expect(try await run(failingBy: []) == [.full])
        #expect(
            lines.all == [
                "error the state store nowhere fails: words of full (Test: why)", "notice the state store works again",
            ])
    }

    @Test("Damage that stays is the end, in words of the engine")
    func hopeless() async throws {
        for _ in 0..<3 {
            _ = try? await desk.run(.deliver) { [store] in throw store.failing(by: .damaged) }
        }
        let end = await desk.endings.first { _ in true }
        #expect(end == StoreProblem("the end: words of damaged (Test: why)"))
    }
}

/// A store of which only the failures are of interest.
private struct FailingStore: StateStore {
    private struct Nowhere: StoreLocation {
        let place = "nowhere"
        var words: [StoreTrouble: String] {
            Dictionary(uniqueKeysWithValues: StoreTrouble.allCases.map { ($0, "words of \($0)") })
        }
        func open() throws(StoreProblem) -> any StateStore { FailingStore() }
        func openExisting() throws(StoreProblem) -> any StateStore { FailingStore() }
        func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor {
            throw StoreProblem("nobody visits it")
        }
    }

    let location: any StoreLocation = Nowhere()
    let isNew = false
    let warnings: [String] = []

    func failing(by trouble: StoreTrouble) -> StoreFailure {
        StoreFailure(trouble, location.words[trouble] ?? "", engine: "Test", cause: "why")
    }

    func account(named name: String, identity: String, title: String?, under epoch: Int?) throws -> MemoryStore {
        try MemoryStore(on: MemoryDisk(), account: name, identity: identity, title: title)
    }
    func account(named name: String) throws -> MemoryStore? { nil }
    func accounts() throws -> [MemoryStore] { [] }
    func accountNames() throws -> [String] { [] }
    func endMove() throws {}
    func accountsAsked() throws -> Set<Int64> { [] }
    func requireSameStore() throws(StoreProblem) {}
    func dropUnneeded() throws -> Bool { false }
    func giveRoomBack() throws -> Bool { false }
    func finish() {}
    func failure(behind error: any Error) -> StoreFailure? { error as? StoreFailure }
    func problem(behind error: any Error) -> StoreProblem { StoreProblem("the end: \(error)") }
    func anotherInstance(known: String, found: String) -> StoreProblem { StoreProblem("another") }
}
