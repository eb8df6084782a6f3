// The table of dictionaries: read at the start, and added to.

import ChangeFeed
import Foundation
import PostgreSQLClient
import StoredForms

extension Packing {
    /// Takes in the dictionaries of the account that were stored since: the newest of a resource is in use. What was damaged
    /// is left out.
    func load(_ link: AccountLink) throws {
        let numbers = PostgreSQLStatement(
            "numbers of dictionaries",
            "SELECT number FROM \(link.schema).dictionary WHERE account_id = $1 ORDER BY number",
            [.int8(link.account)])
        let unknown = try link.read([numbers])[0].map { try $0.value("number", as: Int64.self) }.filter { number in
            !knows(UInt32(truncatingIfNeeded: number))
        }
        guard !unknown.isEmpty else { return }
        let dictionaries = PostgreSQLStatement(
            "dictionaries",
            """
            SELECT number, resource_id, digest, promised, bytes FROM \(link.schema).dictionary
            WHERE account_id = $1 AND number = ANY($2) ORDER BY number
            """, [.int8(link.account), .numbers(unknown)])
        for row in try link.read([dictionaries])[0] {
            guard let dictionary = try StoredDictionary.dictionary(row) else {
                lack()
                continue
            }
            use(dictionary, of: try row.value("resource_id"), promising: try row.value("promised"))
        }
    }
}

/// A row of the table, with the columns `number`, `digest` and `bytes`.
enum StoredDictionary {
    /// Nil where the bytes are not those that were stored.
    static func dictionary(_ row: PostgreSQLRow) throws -> PackingDictionary? {
        let bytes: [UInt8] = try row.value("bytes")
        guard try Fingerprint(of: bytes[...]).bytes == row.value("digest") else { return nil }
        return PackingDictionary(
            number: UInt32(truncatingIfNeeded: try row.value("number", as: Int64.self)), bytes: bytes)
    }

    static func isWhole(_ row: PostgreSQLRow) throws -> Bool { try dictionary(row) != nil }
}

/// The shelf of a transaction. A dictionary is kept by a transaction of its own, before anything is packed by it: so its
/// number is known, and no row that needs it is ever there without it.
struct PostgresShelf: DictionaryShelf {
    /// Which keeps whoever packs by this shelf, and is gone with all that it has written once its verb has ended.
    private unowned let transaction: PostgresTransaction
    private var link: AccountLink { transaction.link }

    init(_ transaction: PostgresTransaction) {
        self.transaction = transaction
    }

    /// Nobody but who leads the account drops any.
    func hasDictionary(_ number: UInt32) throws -> Bool { link.packing.knows(number) }

    func knownRecords(of resource: Int64, limit: Int) throws -> Int {
        try transaction.ask(
            "known records to train by",
            """
            SELECT count(*) AS records FROM (
                SELECT FROM \(link.schema).known_record WHERE account_id = $1 AND resource_id = $2 LIMIT $3) AS counted
            """, [.int8(resource), .int(limit)], about: [.records])[0].int("records")
    }

    func newestContents(of resource: Int64, limit: Int, _ take: ([UInt8]) -> Bool) throws {
        let rows = try transaction.ask(
            "records to train by",
            """
            SELECT content FROM \(link.schema).known_record WHERE account_id = $1 AND resource_id = $2
            ORDER BY record_key DESC LIMIT $3
            """, [.int8(resource), .int(limit)], about: [.records])
        for row in rows where try !take(row.unpacked("content", by: link.packing)) { return }
    }

    func store(dictionary bytes: [UInt8], of resource: Int64, promising promised: Double) throws -> PackingDictionary? {
        let number = PostgreSQLStatement(
            "number of a dictionary",
            "UPDATE \(link.schema).store SET last_dictionary = last_dictionary + 1 RETURNING last_dictionary AS number")
        let row = PostgreSQLStatement(
            "dictionary",
            """
            INSERT INTO \(link.schema).dictionary (number, account_id, resource_id, digest, promised, bytes)
            SELECT last_dictionary, $1, $2, $3, $4, $5 FROM \(link.schema).store
            """,
            [
                .int8(link.account), .int8(resource), .bytes(Fingerprint(of: bytes[...]).bytes), .float8(promised),
                .bytes(bytes),
            ])
        // Where it is not known whether it was kept, there is none for now.
        guard let given = try link.write([number, row]).first?.first?.value("number", as: Int64.self) else {
            return nil
        }
        return PackingDictionary(number: UInt32(given), bytes: bytes)
    }

    func whenKept(_ body: @escaping @Sendable () -> Void) { transaction.afterwards(body) }
}
