// Making the tables, and bringing those of an earlier version up to this one.

import ChangeFeed
import EventStore
import PostgreSQLClient

/// The schema that holds the tables, which is nobody else's.
struct StoreSchema: Sendable {
    /// Without anything that SQL would want quoted.
    let name: String

    init(name: String) {
        precondition(name.wholeMatch(of: /[a-z_][a-z0-9_]*/) != nil, "\(name) would have to be quoted")
        self.name = name
    }

    /// Makes what is missing. Of several daemons that start at once, one does it.
    ///
    /// - Parameter making: whether tables are made and migrated; else it is a problem where something is missing.
    /// - Returns: whether there was nothing before.
    func open(on connection: PostgreSQLConnection, making: Bool) throws -> Bool {
        var isNew = false
        while true {
            let applied = try applied(on: connection)
            let known = Migration.all.map(\.name)
            guard applied.allSatisfy(known.contains) else { throw SchemaProblem.fromLaterVersion(schema: name) }
            let missing = Migration.all.filter { !applied.contains($0.name) }
            guard !missing.isEmpty else {
                try requirePrivileges(on: connection)
                return isNew
            }
            guard making else {
                throw applied.isEmpty
                    ? SchemaProblem.missing(schema: name) : SchemaProblem.fromEarlierVersion(schema: name)
            }
            if applied.isEmpty { try requireRoom(on: connection) }
            if try migrate(missing, behind: applied.count, on: connection) { isNew = applied.isEmpty }
        }
    }

    /// Whether `open` would come to its end, as far as can be told without making anything.
    func inspect(on connection: PostgreSQLConnection) throws {
        let (applied, known) = (try applied(on: connection), Migration.all.map(\.name))
        guard applied.allSatisfy(known.contains) else { throw SchemaProblem.fromLaterVersion(schema: name) }
        if applied.count < known.count { try requireRoom(on: connection) }
        if !applied.isEmpty { try requirePrivileges(on: connection) }
        if let source = try UnfinishedMove(in: self).source(on: connection) {
            throw SchemaProblem.unfinishedMove(from: source, schema: name)
        }
    }

    /// The names of the migrations that were taken.
    private func applied(on connection: PostgreSQLConnection) throws -> [String] {
        // Whoever may not use the schema is refused an answer to whether a table is in it.
        let usable = PostgreSQLStatement(
            "tables of the store",
            """
            SELECT may_use, place IS NOT NULL AS is_there, coalesce(has_table_privilege(place, 'SELECT'), true) AS may_read,
                current_user::text AS this_user
            FROM (
                SELECT may_use, CASE WHEN may_use THEN to_regclass($1 || '.migration')::oid END AS place
                FROM (SELECT coalesce(has_schema_privilege(to_regnamespace($1)::oid, 'USAGE'), true) AS may_use) AS schema
            ) AS tables
            """, [.text(name)])
        let row = try connection.query(usable, within: PostgresLimits.patience)[0]
        guard try row.value("may_use", as: Bool.self) else {
            throw SchemaProblem.missingPrivileges(["USAGE on the schema \(name)"], user: try row.value("this_user"))
        }
        guard try row.value("is_there", as: Bool.self) else { return [] }
        guard try row.value("may_read", as: Bool.self) else {
            let tables = "SELECT, INSERT, UPDATE, DELETE on all tables of the schema \(name)"
            throw SchemaProblem.missingPrivileges([tables], user: try row.value("this_user"))
        }
        let names = PostgreSQLStatement("migrations", "SELECT name FROM \(name).migration ORDER BY name")
        return try connection.query(names, within: PostgresLimits.patience).map { try $0.value("name") }
    }

    /// - Returns: false where somebody else has taken some of them meanwhile.
    private func migrate(_ missing: [Migration], behind applied: Int, on connection: PostgreSQLConnection) throws
        -> Bool
    {
        try requireStandby(of: connection)
        var statements = [
            PostgreSQLStatement("lock of the migrations", "SELECT pg_advisory_xact_lock(hashtext($1))", [.text(name)])
        ]
        // Of a schema that is there as well, it would want the privilege to make one.
        if try !isThere(on: connection) {
            statements.append(PostgreSQLStatement("schema", "CREATE SCHEMA IF NOT EXISTS \(name)"))
        }
        statements += [
            PostgreSQLStatement("search path", "SELECT set_config('search_path', $1, true)", [.text(name)]),
            PostgreSQLStatement(
                "migrations", "CREATE TABLE IF NOT EXISTS migration (name text COLLATE \"C\" PRIMARY KEY)"),
            .check(
                Self.nobodyElse, that: "(SELECT count(*) FROM migration) = $1", [.int8(Int64(applied))]),
        ]
        for migration in missing {
            statements += migration.statements.map { PostgreSQLStatement("migration \(migration.name)", $0) }
            statements.append(
                PostgreSQLStatement("migration", "INSERT INTO migration (name) VALUES ($1)", [.text(migration.name)]))
        }
        if applied == 0 {
            let seed = (0..<FingerprintKey.seedBytes).map { _ in UInt8.random(in: 0...255) }
            statements.append(
                PostgreSQLStatement("store", "INSERT INTO store (fingerprint_seed) VALUES ($1)", [.bytes(seed)]))
        }
        let transaction = PostgreSQLTransaction(statements, limits: PostgresLimits.ofMigrations)
        switch connection.transaction(transaction, within: PostgresLimits.migrationPatience) {
        case .committed: return true
        case .failed(let failure) where failure.trouble == .checkFailed(Self.nobodyElse): return false
        case .failed(let failure): throw failure
        // What became of it is seen by whoever opens it again, on a connection that works.
        case .unknown(let doubt): throw StoreFailure(.unreachable, cause: "its tables are being made: \(doubt)")
        }
    }

    /// The COMMIT of the tables would wait for one, for hours, with a lock that other daemons wait for in turn.
    private func requireStandby(of connection: PostgreSQLConnection) throws {
        for case .noSynchronousStandby(let names) in connection.server.warnings {
            throw StoreFailure(
                .unreachable,
                cause: "its tables are to be made, which would wait for a synchronous standby "
                    + "(synchronous_standby_names = '\(names)'), and none is connected: see pg_stat_replication")
        }
    }

    private func isThere(on connection: PostgreSQLConnection) throws -> Bool {
        let there = PostgreSQLStatement(
            "schema of the store", "SELECT to_regnamespace($1) IS NOT NULL AS is_there", [.text(name)])
        return try connection.query(there, within: PostgresLimits.patience)[0].value("is_there")
    }

    private static let nobodyElse = "nobody else migrates"

    /// Whether this user may make the schema.
    private func requireRoom(on connection: PostgreSQLConnection) throws {
        let may = PostgreSQLStatement(
            "privileges",
            """
            SELECT CASE WHEN to_regnamespace($1) IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                ELSE has_schema_privilege($1, 'CREATE') END AS may_create, to_regnamespace($1) IS NULL AS is_missing,
                current_database()::text AS database, current_user::text AS this_user
            """, [.text(name)])
        let row = try connection.query(may, within: PostgresLimits.patience)[0]
        guard try !row.value("may_create", as: Bool.self) else { return }
        let (database, user): (String, String) = (try row.value("database"), try row.value("this_user"))
        let missing =
            try row.value("is_missing", as: Bool.self)
            ? "CREATE on the database \(database)" : "CREATE on the schema \(name)"
        throw SchemaProblem.missingPrivileges([missing], user: user)
    }

    private func requirePrivileges(on connection: PostgreSQLConnection) throws {
        let lacking = PostgreSQLStatement(
            "privileges",
            """
            WITH tables AS (SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migration'),
            lacking AS (
                SELECT privilege, tablename, count(*) OVER (PARTITION BY privilege) AS times
                FROM tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
                WHERE NOT has_table_privilege(format('%I.%I', $1, tablename), privilege)
            )
            SELECT DISTINCT privilege || ' on ' || CASE WHEN times = (SELECT count(*) FROM tables)
                THEN 'all tables of the schema ' || $1 ELSE $1 || '.' || tablename END AS lacking,
                current_user::text AS this_user
            FROM lacking ORDER BY lacking
            """, [.text(name)])
        let rows = try connection.query(lacking, within: PostgresLimits.patience)
        guard let user = try rows.first?.value("this_user", as: String.self) else { return }
        throw SchemaProblem.missingPrivileges(try rows.map { try $0.value("lacking") }, user: user)
    }
}

/// Why the tables of the store cannot be used.
package enum SchemaProblem: Error, Sendable, Equatable, CustomStringConvertible {
    case missing(schema: String)
    case fromEarlierVersion(schema: String)
    case fromLaterVersion(schema: String)
    case missingPrivileges([String], user: String)
    case unfinishedMove(from: String, schema: String)

    package var description: String {
        switch self {
        case .missing(let schema):
            "it has no schema \(schema). A daemon makes it when it first runs"
        case .fromEarlierVersion(let schema):
            "its schema \(schema) was written by an earlier version of insightly-webhooks. A daemon of this version brings it "
                + "up to date when it starts; until then, ask with the version of the daemon that runs"
        case .fromLaterVersion(let schema):
            "its schema \(schema) was written by a later version of insightly-webhooks. Run that version, or restore a "
                + "backup made before the upgrade"
        case .unfinishedMove(let source, let schema):
            "its schema \(schema) is not whole: a move from \(source) to it was begun and has not come to its end. Run the "
                + "same `insightly-webhooks migrate` again, which begins anew; or DROP SCHEMA \(schema) CASCADE"
        case .missingPrivileges(let lacking, let user):
            "the user \(user) lacks privileges: \(lacking.joined(separator: ", ")). GRANT them, as docs/fleet.md says"
        }
    }
}
