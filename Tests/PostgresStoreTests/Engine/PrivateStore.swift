// A store in a schema of its own, for one test.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import StagedStores

@testable import PostgresStore

/// Opened as a daemon would, with the account and the endpoint of the staged store.
struct PrivateStore {
    let location: PostgresLocation
    private let address: String
    let store: PostgresStore
    let exchanges = ExchangeCount()
    let staged: StagedStore<PostgresAccountStore>

    static let now = Instant(secondsSince1970: 1_795_536_000)

    init(at address: String, holder: String = "tests", schema: String = SharedCluster.newSchema()) throws {
        self.address = address
        location = PostgresLocation(try PostgreSQLAddress(address), holder: holder, schema: schema)
        store = try PostgresStore(at: location, making: true)
        let account = try store.account(
            named: "default", identity: "account-1", title: nil, under: nil, counting: exchanges)
        staged = try StagedStore(account, at: Self.now)
    }

    /// Another process of the same daemon.
    func opened() throws -> PrivateStore { try PrivateStore(at: address, schema: location.schema) }

    /// How many exchanges with the server this takes.
    func exchanges(of work: () throws -> Void) rethrows -> Int {
        let before = exchanges.value
        try work()
        return exchanges.value - before
    }
}
