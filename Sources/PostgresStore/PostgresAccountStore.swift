// The part of a store that is one account's.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import StoredForms

/// An account of the store, as this process leads it. One verb at a time writes.
package final class PostgresAccountStore: StoreEngine {
    package let account: StoredAccount
    package let claims: Claims
    let link: AccountLink
    private let turn = NSLock()

    init(_ account: StoredAccount, _ link: AccountLink) throws {
        self.account = account
        self.link = link
        claims = link.claims
        try link.packing.load(link)
    }

    package func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer {
        try verb(PostgresTransaction(link))
    }

    package func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
        turn.lock()
        defer { turn.unlock() }
        let transaction = PostgresTransaction(link)
        let answer = try verb(transaction)
        try link.commits.strike()
        if !transaction.written.isEmpty { try link.write(transaction.written) }
        for work in transaction.afterwards { work() }
        link.statistics.grew(by: transaction.addedRows)
        return answer
    }
}
