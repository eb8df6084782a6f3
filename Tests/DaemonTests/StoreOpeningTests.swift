// The start waits for a store that may be there soon, and for no other.

import ChangeFeed
import EventStore
import Logging
import MemoryStore
import Synchronization
import Testing

@testable import Daemon

@Suite("The opening of the store", .timeLimit(.minutes(60)))
struct StoreOpeningTests {
    private func open(failingBy troubles: [StoreTrouble?]) async throws -> Bool {
        let location = LateLocation(troubles)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        // On a busy machine what is asked again after a moment may come after minutes.
        let opening = StoreOpening(location: location, logger: logger, patience: .hours(24))
        let opened = try await opening.open(until: Latch()) { $0.isNew }
        return try #require(opened).1
    }

    @Test("A lock, and a server that is out of reach, are waited for")
    func passes() async throws {
        #expect(try await open(failingBy: []))
        #expect(try await open(failingBy: [.locked, .unreachable, .locked]))
    }

    @Test(
        "What does not pass by itself ends the start at once", arguments: [StoreTrouble.damaged, .failing, .full, nil])
    func stays(trouble: StoreTrouble?) async throws {
        await #expect(throws: StoreProblem("late", trouble: trouble)) { try await open(failingBy: [.locked, trouble]) }
    }
}

/// Where a store is opened after so many failures.
private final class LateLocation: StoreLocation {
    let place = "nowhere"
    let words: [StoreTrouble: String] = [:]
    private let left: Mutex<[StoreProblem]>

    init(_ troubles: [StoreTrouble?]) {
        left = Mutex(troubles.map { StoreProblem("late", trouble: $0) })
    }

    func open() throws(StoreProblem) -> any StateStore {
        if let problem = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw problem }
        return try MemoryLocation(MemoryDisk()).open()
    }

    func openExisting() throws(StoreProblem) -> any StateStore { try open() }

    func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor {
        throw StoreProblem("nobody visits it")
    }
}
