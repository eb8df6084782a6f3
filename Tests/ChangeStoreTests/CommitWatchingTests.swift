// A death at the end of a transaction takes all of it along, and nothing that was committed before.

import ChangeFeed
import EventStore
import StagedStores
import ChangeStore
import Synchronization
import Testing

@Suite("ChangeStore.beforeEachCommit")
struct CommitWatchingTests {
    private struct Death: Error {}

    @Test(
        "what throws there undoes the whole transaction, is what the verb throws, and leaves the store to the next one")
    func death() throws {
        let fixture = try StoreFixture()
        let isDoomed = Atomic(false)
        do {
            let open = try fixture.open()
            open.store.store.beforeEachCommit { if isDoomed.load(ordering: .relaxed) { throw Death() } }
            try open.commit([OpenStore.record(1, name: "Tamm")])
            isDoomed.store(true, ordering: .relaxed)
            #expect(throws: Death.self) { try open.commit([OpenStore.record(2, name: "Sepp")]) }
        }
        let next = try fixture.open()
        #expect(try next.store.queueDepth(of: next.endpoint).open == 1)
        let summary = try next.commit([OpenStore.record(1, name: "Tamm"), OpenStore.record(2, name: "Sepp")])
        #expect(summary.created == 1)
    }
}
