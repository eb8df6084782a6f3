// The mark of a schema that another store is being moved to: a table, from before the first of its rows until after the
// last.

import EventStore
import PostgreSQLClient

/// Of one schema.
struct UnfinishedMove {
    private let schema: String

    init(in schema: StoreSchema) {
        self.schema = schema.name
    }

    private var table: String { schema + ".unfinished_move" }

    /// The store that it is moved from; nil where the schema is whole.
    func source(on connection: PostgreSQLConnection) throws -> String? {
        let there = PostgreSQLStatement(
            "mark of a move", "SELECT to_regclass($1) IS NOT NULL AS is_there", [.text(table)])
        guard try connection.query(there, within: PostgresLimits.patience)[0].value("is_there") else { return nil }
        let source = PostgreSQLStatement("source of a move", "SELECT source FROM \(table)")
        return try connection.query(source, within: PostgresLimits.patience).first?.value("source") ?? ""
    }

    /// What marks it. Of two that begin at once, one fails.
    func marking(_ source: String) -> [PostgreSQLStatement] {
        [
            PostgreSQLStatement("mark of a move", "CREATE TABLE \(table) (source text COLLATE \"C\" NOT NULL)"),
            PostgreSQLStatement("source of a move", "INSERT INTO \(table) VALUES ($1)", [.text(source)]),
        ]
    }

    var ending: [PostgreSQLStatement] { [PostgreSQLStatement("end of a move", "DROP TABLE \(table)")] }

    /// What empties the schema of what was moved to it.
    var clearing: [PostgreSQLStatement] {
        [PostgreSQLStatement("leftovers of a move", "TRUNCATE \(tables.joined(separator: ", ")) RESTART IDENTITY")]
    }

    /// What tells the server how much there is: of tables that were filled just now it knows nothing for a while, and reads
    /// all of them for a few rows.
    var counting: [PostgreSQLStatement] { tables.map { PostgreSQLStatement("statistics", "ANALYZE \($0)") } }

    private var tables: [String] {
        [
            "account", "request_usage", "resource", "operator_request", "endpoint", "known_record", "record_read_by_id",
            "record_stamp", "swept_record", "newly_unlisted", "dictionary", "unstamped_change", "unstamped_path",
            "unstamped_verdict", "event", "delivery", "fold", "attempt",
        ].map { "\(schema).\($0)" }
    }
}

// MARK: - The store that is moved to, or from

extension PostgresStore {
    /// Marks it for what is to come, and empties it of what a move from the same store has left.
    ///
    /// - Throws: `StoreProblem` where it holds anything else.
    func begin(moveFrom source: String) throws {
        let mark = UnfinishedMove(in: schema)
        guard let begun = try pool.lend(mark.source) else {
            guard try rows("SELECT FROM \(schema.name).account LIMIT 1").isEmpty else {
                throw StoreProblem(
                    "\(location.place) holds a state store already, and nothing is moved into it: name another database"
                )
            }
            try requireNobodyElse()
            try link(to: 0, under: nil).write(mark.marking(source))
            // A daemon that came before the mark has not seen it.
            do { try requireNobodyElse() } catch {
                try link(to: 0, under: nil).write(mark.ending)
                throw error
            }
            return
        }
        guard begun == source else { throw SchemaProblem.unfinishedMove(from: begun, schema: schema.name) }
        try requireNobodyElse()
        try link(to: 0, under: nil).write(mark.clearing)
    }

    package func accountNames() throws -> [String] {
        try rows("SELECT name FROM \(schema.name).account ORDER BY id").map { try $0.value("name") }
    }

    package func endMove() throws {
        let mark = UnfinishedMove(in: schema)
        // Where that fails, the server does the same by itself in time.
        _ = try? pool.lend { try $0.queries(mark.counting, within: PostgresLimits.migrationPatience) }
        try link(to: 0, under: nil).write(mark.ending)
    }

    /// Throws where a daemon, or anybody else of this program, is connected to the database, or a daemon that is cut off from
    /// it may be back.
    package func requireNobodyElse() throws {
        let others = try rows(
            """
            SELECT application_name::text AS name FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'insightly-webhooks%'
                AND application_name <> current_setting('application_name')
            UNION SELECT id FROM \(schema.name).daemon WHERE until > clock_timestamp() ORDER BY name
            """
        ).map { try $0.value("name", as: String.self) }
        guard others.isEmpty else {
            throw StoreProblem(
                "the state store \(location.place) is in use. Connected, or until just now, \(others.count == 1 ? "is" : "are"): "
                    + "\(others.joined(separator: ", ")). Stop every daemon that uses it, and run the same again once their leases are over. Where a pooler "
                    + "keeps sessions of theirs that have ended, have it let go of them (PgBouncer: RECONNECT)")
        }
    }
}
