// The table of dictionaries: read at the start, added to, and emptied of what no row needs.

import ChangeFeed
import EventStore
import GRDB
import StoredForms

extension Schema {
    /// `number` stands in the rows that were packed by a dictionary, and is given out once. `digest` is of `bytes`.
    /// `promised` says how much of each byte it left, of records that it was not trained by.
    static let dictionaries = """
        CREATE TABLE dictionary (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            digest BLOB NOT NULL,
            promised REAL NOT NULL,
            bytes BLOB NOT NULL
        );
        """
}

/// A row of the table.
private struct StoredDictionary {
    let number: UInt32
    let resource: Int64
    let promised: Double
    /// Nil where the bytes are not those that were stored.
    let dictionary: PackingDictionary?

    init(row: Row) {
        number = row["number"]
        resource = row["resource_id"]
        promised = row["promised"]
        let bytes = row.bytes("bytes")
        let isWhole = Fingerprint(of: bytes[...]).bytes == row.bytes("digest")
        dictionary = isWhole ? PackingDictionary(number: number, bytes: bytes) : nil
    }
}

extension Packing {
    /// Takes in the dictionaries that were stored since: the newest of a resource is in use. What was damaged is left out.
    func load(_ db: Database) throws {
        for number in try UInt32.fetchAll(db, sql: "SELECT number FROM dictionary ORDER BY number")
        where !knows(number) {
            let row = try Row.fetchOne(db, sql: "SELECT * FROM dictionary WHERE number = ?", arguments: [number])
            guard let stored = row.map(StoredDictionary.init), let dictionary = stored.dictionary else {
                lack()
                continue
            }
            use(dictionary, of: stored.resource, promising: stored.promised)
        }
    }
}

extension Database {
    /// Dictionaries that are not what was stored, with their resources.
    func damagedDictionaries(ofAccount account: Int64) throws -> [UnreadableRow] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT dictionary.*, coalesce(called, name) AS name FROM dictionary
                JOIN resource ON resource.id = resource_id WHERE account_id = ? ORDER BY number
                """,
            arguments: [account])
        return rows.filter { StoredDictionary(row: $0).dictionary == nil }.map { row in
            let (number, name): (UInt32, String) = (row["number"], row["name"])
            return UnreadableRow("bytes", of: "dictionary", "number \(number) of the resource \(name)")
        }
    }
}

/// The shelf of a transaction.
struct SQLiteShelf: DictionaryShelf {
    let db: Database

    func hasDictionary(_ number: UInt32) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM dictionary WHERE number = ?)"), arguments: [number])
            ?? false
    }

    func knownRecords(of resource: Int64, limit: Int) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM (SELECT 1 FROM known_record WHERE resource_id = ? LIMIT ?)"),
            arguments: [resource, limit]) ?? 0
    }

    func newestContents(of resource: Int64, limit: Int, _ take: ([UInt8]) -> Bool) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT unpacked(content) AS content FROM known_record WHERE resource_id = ? ORDER BY record_id DESC LIMIT ?
                """,
            arguments: [resource, limit])
        while let row = try rows.next(), take(row.bytes("content")) {}
    }

    func store(dictionary bytes: [UInt8], of resource: Int64, promising promised: Double) throws -> PackingDictionary? {
        try db.execute(
            sql: "INSERT INTO dictionary (resource_id, digest, promised, bytes) VALUES (?, ?, ?, ?)",
            arguments: [resource, Fingerprint(of: bytes[...]).bytes.stored, promised, bytes.stored])
        return PackingDictionary(number: UInt32(db.lastInsertedRowID), bytes: bytes)
    }

    func whenKept(_ body: @escaping @Sendable () -> Void) { db.afterNextTransaction { _ in body() } }
}
