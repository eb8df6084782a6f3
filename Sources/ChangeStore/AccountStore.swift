// The part of a store that is one account's.

import EventStore
import GRDB

/// An account of the store: verbs on it run in transactions of the whole file, and see its rows.
package struct AccountStore: StoreEngine {
    package let store: ChangeStore
    package let account: StoredAccount

    /// Deliveries have numbers that no two accounts share.
    package var claims: Claims { store.claims }

    package func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer {
        try store.pool.read { try verb(SQLiteTransaction($0, store.packing, AccountRows(account))) }
    }

    package func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
        try store.pool.write { try verb(SQLiteTransaction($0, store.packing, AccountRows(account))) }
    }
}

extension ChangeStore {
    /// The account of this name; the first time, `identity` becomes its own for good.
    ///
    /// - Parameters:
    ///   - title: what receivers are told that it is called.
    ///   - epoch: of no account here: the lock of the file is the lease of all of them.
    package func account(
        named name: String, identity: String, title: String? = nil, under epoch: Int? = nil
    ) throws -> AccountStore {
        if let known = try pool.read({ try $0.account(named: name) }) {
            return AccountStore(
                store: self, account: StoredAccount(id: known.id, identity: known.identity, title: title))
        }
        let account = try pool.write { db in
            try db.execute(sql: "INSERT INTO account (name, identity) VALUES (?, ?)", arguments: [name, identity])
            return StoredAccount(id: db.lastInsertedRowID, identity: identity, title: title)
        }
        return AccountStore(store: self, account: account)
    }

    /// All that were ever used, those that are not configured any more among them.
    package func accounts() throws -> [AccountStore] {
        try pool.read { db in
            try Row.fetchAll(db, sql: "SELECT id, identity FROM account ORDER BY id").map { row in
                AccountStore(store: self, account: StoredAccount(id: row["id"], identity: row["identity"]))
            }
        }
    }

    /// The account of this name; nil where no daemon has used it yet.
    package func account(named name: String) throws -> AccountStore? {
        try pool.read { try $0.account(named: name) }.map { AccountStore(store: self, account: $0) }
    }
}

extension ChangeStore {
    /// The numbers of the accounts of which something is asked.
    package func accountsAsked() throws -> Set<Int64> {
        try pool.read { db in
            try Int64.fetchSet(
                db.cachedStatement(
                    sql:
                        "SELECT DISTINCT account_id FROM operator_request WHERE account_id IS NOT NULL"))
        }
    }
}

extension Database {
    func account(named name: String) throws -> StoredAccount? {
        try Row.fetchOne(
            cachedStatement(sql: "SELECT id, identity FROM account WHERE name = ?"), arguments: [name]
        ).map { StoredAccount(id: $0["id"], identity: $0["identity"]) }
    }

    /// Where the log of each account ends, by the account's name.
    func lastSequences() throws -> [String: Int] {
        let rows = try Row.fetchAll(self, sql: "SELECT name, last_sequence FROM account").map { row in
            guard let name = String.fromDatabaseValue(row["name"]),
                let last = Int.fromDatabaseValue(row["last_sequence"])
            else {
                throw DatabaseError(message: "the account \(row) has no name, or a last_sequence that is no number")
            }
            return (name, last)
        }
        return Dictionary(rows, uniquingKeysWith: max)
    }
}
