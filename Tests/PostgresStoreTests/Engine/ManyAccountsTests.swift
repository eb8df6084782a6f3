// What accounts of one store share.

import EventStore
import PrivatePostgreSQL
import StagedStores
import Testing

@testable import PostgresStore

@Suite("Many accounts of one store", .timeLimit(.minutes(60)))
struct ManyAccountsTests {
    @Test("They pack by the same contexts, which take more memory than all else of an account")
    func contexts() async throws {
        try await SharedCluster.standard.lend { server in
            try await onThread {
                let store = try PrivateStore(at: server.address).store
                for name in ["a", "b", "c"] {
                    let account = try store.account(named: name, identity: name, title: nil, under: nil)
                    _ = try StagedStore(account, at: PrivateStore.now).commit(
                        (1...20).map { StagedStore<PostgresAccountStore>.record($0, name: "A") })
                }
                #expect(store.packingContexts.count == 1)
            }
        }
    }

    @Test("A verb leaves nothing in memory of what it has written")
    func transactions() async throws {
        try await SharedCluster.standard.lend { server in
            try await onThread {
                let store = try PrivateStore(at: server.address)
                weak var left: PostgresTransaction?
                let page = try store.staged.page([StagedStore<PostgresAccountStore>.record(1, name: "A")])
                let engine = store.staged.store
                let terms = EventTerms(
                    to: [store.staged.endpoint], besides: engine.claims, detectedAt: PrivateStore.now,
                    at: PrivateStore.now)
                let summary = try engine.transact { transaction in
                    left = transaction as? PostgresTransaction
                    return try CommitPage(page, of: engine.account, terms).run(in: transaction)
                }
                #expect(summary.events == 1)
                #expect(left == nil)
            }
        }
    }
}
