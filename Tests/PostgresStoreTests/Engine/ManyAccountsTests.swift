// What accounts of one store share.

import PrivatePostgreSQL
import StagedStores
import Testing

@testable import PostgresStore

@Suite("Many accounts of one store")
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
}
