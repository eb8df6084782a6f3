import ChangeFeed
import EventStore
import PrivatePostgreSQL
import StagedStores
import Testing

@testable import PostgresStore

/// Where the server is another machine, each exchange is a way there and back: they are what a verb costs.
@Suite("How often a verb asks the server", .timeLimit(.minutes(60)))
struct ExchangesTests {
    private func withStore(_ body: @Sendable @escaping (PrivateStore) throws -> Void) async throws {
        try await SharedCluster.standard.lend { server in
            try await onThread { try body(PrivateStore(at: server.address)) }
        }
    }

    private func records(_ ids: some Sequence<Int>, name: String = "A") -> [String] {
        ids.map { StagedStore<PostgresAccountStore>.record($0, name: name) }
    }

    @Test("A page of 500 new records, with an event for each: at most ten times, dictionary and all")
    func newRecords() async throws {
        try await withStore { store in
            let page = try store.staged.page(records(0..<500))
            let exchanges = try store.exchanges {
                _ = try store.staged.store.commit(
                    page, to: [store.staged.endpoint], detectedAt: store.staged.now, at: store.staged.now)
            }
            #expect(exchanges <= 10)
            #expect(try store.staged.store.queueDepth(of: store.staged.endpoint).open == 500)
        }
    }

    @Test("A poll that found nothing, with the count of its request: at most three times")
    func nothingFound() async throws {
        try await withStore { store in
            try store.staged.commit(records(0..<3))
            var page = try store.staged.page([])
            page.endedReadings = [.poll]
            let request = APIRequest(target: page.plan.listing, purpose: .poll)
            let exchanges = try store.exchanges {
                try store.staged.store.count(request, memory: .init(), at: store.staged.now)
                _ = try store.staged.store.commit(
                    page, to: [store.staged.endpoint], detectedAt: store.staged.now, at: store.staged.now)
            }
            #expect(exchanges <= 3)
        }
    }

    @Test("A group of outcomes, whatever became of each: at most four times")
    func outcomes() async throws {
        try await withStore { store in
            try store.staged.commit(records(0..<100))
            try store.staged.commit(records(0..<100, name: "B"))
            let due = try store.staged.store.claim(of: store.staged.endpoint, limit: 100, at: store.staged.now)
            #expect(due.count == 100)
            let reports = due.enumerated().map { index, delivery in
                let disposition: DeliveryPolicy.Disposition =
                    index % 3 == 0 ? .delivered : index % 3 == 1 ? .dead : .retry(at: store.staged.now + .seconds(60))
                return AttemptReport(
                    deliveryID: delivery.id, number: 1, startedAt: store.staged.now,
                    outcome: AttemptOutcome(verdict: .answered(status: 200), duration: .milliseconds(3)),
                    disposition: disposition)
            }
            let exchanges = try store.exchanges {
                try store.staged.store.settle(
                    reports, of: store.staged.endpoint, holdUntil: nil, health: EndpointHealth(), at: store.staged.now)
            }
            #expect(exchanges <= 4)
        }
    }
}
