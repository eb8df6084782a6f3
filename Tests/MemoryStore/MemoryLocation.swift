// The store in memory as a whole: where it is, and as its daemon and those beside it open it.

import ChangeFeed
import EventStore

package struct MemoryLocation: StoreLocation {
    private let disk: MemoryDisk
    package let place = "memory"
    package let words: [StoreTrouble: String] = [:]

    package init(_ disk: MemoryDisk) {
        self.disk = disk
    }

    package func open() throws(StoreProblem) -> any StateStore {
        try requireWhole()
        return MemoryStateStore(disk, self)
    }

    package func openTarget(movedFrom source: String) throws(StoreProblem) -> any StateStore {
        guard disk.clear(for: source) else { throw StoreProblem("the store in memory is a store already") }
        return MemoryStateStore(disk, self)
    }

    private func requireWhole() throws(StoreProblem) {
        guard let source = disk.unfinished else { return }
        throw StoreProblem("the store in memory is not whole: \(source) is moved to it")
    }

    package func openExisting() throws(StoreProblem) -> any StateStore {
        guard !disk.isNew else { throw StoreProblem("there is no store in this memory") }
        try requireWhole()
        return MemoryStateStore(disk, self)
    }

    package func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor {
        guard !disk.isNew else { throw StoreProblem("there is no store in this memory") }
        try requireWhole()
        return MemoryVisitor(disk: disk, account: account, place: place)
    }
}

private final class MemoryStateStore: StateStore {
    let location: any StoreLocation
    let isNew: Bool
    let warnings: [String] = []
    private let disk: MemoryDisk

    init(_ disk: MemoryDisk, _ location: MemoryLocation) {
        isNew = disk.isNew
        disk.begin()
        (self.disk, self.location) = (disk, location)
    }

    func account(named name: String, identity: String, title: String?, under epoch: Int?) throws -> MemoryStore {
        try MemoryStore(on: disk, account: name, identity: identity, title: title)
    }

    func account(named name: String) throws -> MemoryStore? { disk.account(named: name).map { MemoryStore($0) } }

    func accounts() throws -> [MemoryStore] { disk.all.map { MemoryStore($0) } }

    func accountNames() throws -> [String] { disk.names }

    func endMove() throws { disk.endMove() }

    func accountsAsked() throws -> Set<Int64> {
        Set(disk.all.filter { !$0.tables.withLock(\.requests).isEmpty }.map(\.stored.id))
    }

    func requireSameStore() throws(StoreProblem) {}
    func dropUnneeded() throws -> Bool { false }
    func giveRoomBack() throws -> Bool { false }
    func finish() {}

    func failure(behind error: any Error) -> StoreFailure? { error as? StoreFailure }

    func problem(behind error: any Error) -> StoreProblem { StoreProblem("the store in memory: \(error)") }

    func anotherInstance(known: String, found: String) -> StoreProblem {
        StoreProblem("the store in memory is that of \(known), and the key leads to \(found)")
    }
}

private struct MemoryVisitor: StoreVisitor {
    let disk: MemoryDisk
    let account: String
    let place: String
    /// Whoever opened the memory is in this process.
    let hasDaemon: Bool? = nil

    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws(StoreProblem) -> Answer? {
        try visit { try $0.look(verb) }
    }

    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws(StoreProblem) -> Answer? {
        try visit { try $0.transact(verb) }
    }

    private func visit<Answer>(_ work: (MemoryStore) throws -> Answer) throws(StoreProblem) -> Answer? {
        do { return try disk.account(named: account).map { try work(MemoryStore($0)) } } catch {
            throw StoreProblem("the store in memory: \(error)")
        }
    }

    func copy(
        to path: String, isReplacing: Bool, goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) -> StoreCopy {
        throw .notWritten(path: path, reason: "a store in memory is in no file")
    }
}
