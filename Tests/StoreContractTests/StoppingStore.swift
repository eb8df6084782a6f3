// A store to which a move is broken off at any of its steps.

import ChangeFeed
import EventStore
import Synchronization

/// Takes so many steps (an account that is made, a transaction, the end of the move) and fails at the next.
final class StoppingStore: StateStore {
    private let store: any StateStore
    private let left: StepsLeft

    init(_ store: any StateStore, after steps: Int) {
        (self.store, left) = (store, StepsLeft(steps))
    }

    var location: any StoreLocation { store.location }
    var isNew: Bool { store.isNew }
    var warnings: [String] { store.warnings }
    var sharesNumbers: Bool { store.sharesNumbers }

    func account(
        named name: String, identity: String, title: String?, under epoch: Int?
    ) throws -> StoppingEngine {
        try left.take()
        let account = try store.account(named: name, identity: identity, title: title, under: epoch)
        return StoppingEngine(engine: account, left: left)
    }

    func account(named name: String) throws -> StoppingEngine? {
        try store.account(named: name).map { StoppingEngine(engine: $0, left: left) }
    }

    func accounts() throws -> [StoppingEngine] { try store.accounts().map { StoppingEngine(engine: $0, left: left) } }
    func accountNames() throws -> [String] { try store.accountNames() }

    func endMove() throws {
        try left.take()
        try store.endMove()
    }

    func accountsAsked() throws -> Set<Int64> { try store.accountsAsked() }
    func requireSameStore() throws(StoreProblem) { try store.requireSameStore() }
    func dropUnneeded() throws -> Bool { try store.dropUnneeded() }
    func giveRoomBack() throws -> Bool { try store.giveRoomBack() }
    func finish() { store.finish() }
    func failure(behind error: any Error) -> StoreFailure? { store.failure(behind: error) }
    func problem(behind error: any Error) -> StoreProblem { store.problem(behind: error) }

    func anotherInstance(known: String, found: String) -> StoreProblem {
        store.anotherInstance(known: known, found: found)
    }
}

struct StoppingEngine: StoreEngine {
    let engine: any StoreEngine
    fileprivate let left: StepsLeft

    var account: StoredAccount { engine.account }
    var claims: Claims { engine.claims }

    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer { try engine.look(verb) }

    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
        try left.take()
        return try engine.transact(verb)
    }
}

private final class StepsLeft: Sendable {
    private let count: Mutex<Int>

    init(_ count: Int) {
        self.count = Mutex(count)
    }

    func take() throws {
        try count.withLock { count in
            guard count > 0 else { throw MoveStopped() }
            count -= 1
        }
    }
}
