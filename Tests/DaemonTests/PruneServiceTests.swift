// The hourly pruning: what fails of one account is no matter of the others.

import ChangeFeed
import EventStore
import Logging
import MemoryStore
import Testing

@testable import Daemon

@Suite("Pruning", .timeLimit(.minutes(60)))
struct PruneServiceTests {
    private struct Odd: Error, CustomStringConvertible {
        let description = "this one is odd"
    }

    /// Of which every verb fails, or which only says that it was reached.
    private struct Account: StoreEngine {
        let account = StoredAccount(id: 1, identity: "a")
        let claims = Claims()
        let store: MemoryStore
        var failure: (any Error)?
        var reached: AsyncStream<Void>.Continuation?

        func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer {
            if let failure { throw failure }
            return try store.look(verb)
        }

        func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
            if let failure { throw failure }
            return try store.transact(verb)
        }

        func dropUnneeded() { reached?.yield() }
    }

    @Test("An account that fails is told of, one that is led elsewhere is not, and neither keeps the others waiting")
    func failing() async throws {
        let state = try MemoryLocation(MemoryDisk()).open()
        let store = try #require(
            try state.account(named: "a", identity: "a", title: nil, under: nil) as? MemoryStore)
        let lines = LoggedLines()
        let logger = Logger(label: "test") { _ in lines }
        let (reached, reach) = AsyncStream.makeStream(of: Void.self)
        let accounts = [
            Account(store: store, failure: Odd()), Account(store: store, failure: AccountLedElsewhere()),
            Account(store: store, reached: reach),
        ]
        let pruning = PruneService(
            desk: StoreDesk(state, logger: logger), accounts: { accounts }, retention: { .hours(1) },
            clock: SteadyClock(), logger: logger)
        let run = Task { await pruning.run() }
        for await _ in reached { break }
        run.cancel()
        await run.value
        #expect(lines.all == ["warning what is old could not be pruned; trying again in an hour: this one is odd"])
    }
}
