// The statements by which a daemon shares accounts.

import ChangeFeed
import Fleet
import PostgreSQLClient

/// Of one daemon. Time is the server's alone: what is sent are lengths of it.
///
/// Locks are taken in one order: of accounts, then of rows of `daemon` by their ids, then of rows of `lease` by their
/// accounts. A row that a statement decides about was locked by one before it, so that it sees, and reads the clock,
/// when there is nothing to wait for any more.
struct LeaseStatements: Sendable {
    let schema: String
    let holder: DaemonID
    let terms: LeaseTerms

    private var own: PostgreSQLValue { .text(holder.description) }

    func enroll(_ accounts: Set<String>) -> [PostgreSQLStatement] {
        [
            PostgreSQLStatement(
                "new leases",
                """
                INSERT INTO \(schema).lease (account, since) SELECT account, clock_timestamp()
                FROM unnest($1::text[]) AS planned (account) ORDER BY account
                ON CONFLICT (account) DO NOTHING
                """, [PostgreSQLValue(array: accounts.sorted().map(Optional.init))]),
            // Who wakes up after so long makes itself a new one.
            PostgreSQLStatement(
                "daemons that are gone",
                """
                DELETE FROM \(schema).daemon WHERE until < clock_timestamp() - make_interval(secs => $1)
                    AND NOT EXISTS (SELECT FROM \(schema).lease WHERE holder = id)
                """, [.float8(PostgresLimits.goneDaemonsKept.inSeconds)]),
        ]
    }

    /// Waits for a standby as a renewal would, and for the same row.
    var knock: [PostgreSQLStatement] { [ownRow] }

    private var ownRow: PostgreSQLStatement {
        PostgreSQLStatement(
            "own row", "SELECT FROM \(schema).daemon WHERE id = $1 FOR NO KEY UPDATE", [own])
    }

    /// The leases are read behind the lock: a take-over that had found them over has ended by then.
    func renew(planned: Int) -> [PostgreSQLStatement] {
        [
            ownRow,
            PostgreSQLStatement(
                "renewal",
                """
                INSERT INTO \(schema).daemon (id, planned, until)
                VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
                ON CONFLICT (id) DO UPDATE SET planned = $2, until = clock_timestamp() + make_interval(secs => $3)
                """, [own, .int(planned), .float8(terms.lease.inSeconds)]),
            PostgreSQLStatement(
                "own leases", "SELECT account, epoch FROM \(schema).lease WHERE holder = $1", [own]),
        ]
    }

    /// One state of the store. Its moment is the transaction's: what is over then, is.
    var look: [PostgreSQLStatement] {
        [
            PostgreSQLStatement(
                "daemons",
                """
                SELECT id, planned, (SELECT count(*) FROM \(schema).lease WHERE holder = id) AS led
                FROM \(schema).daemon WHERE until > now()
                """),
            PostgreSQLStatement(
                "accounts to be taken",
                """
                SELECT account, since <= now() - make_interval(secs => $1) AS is_overdue
                FROM \(schema).lease WHERE holder IS NULL
                UNION ALL
                SELECT account, until <= now() - make_interval(secs => $1)
                FROM \(schema).lease JOIN \(schema).daemon ON id = holder WHERE until <= now() AND id <> $2
                """, [.float8(terms.overdue.inSeconds), own]),
        ]
    }

    /// All of one that is gone. Of one that lives, those that use an account which it does not lead: it has lost sight
    /// of them. Where two accounts have one lock, it may use the other.
    func endBackends(of other: DaemonID) -> [PostgreSQLStatement] {
        [
            PostgreSQLStatement(
                "sessions that stand in the way",
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = current_user AND application_name = $2
                    AND pid <> pg_backend_pid()
                    AND (EXISTS (SELECT FROM \(schema).daemon WHERE id = $2 AND until <= clock_timestamp())
                        OR pid IN (
                            SELECT pid FROM pg_locks JOIN \(schema).lease ON \(Self.isLocked("account"))
                            GROUP BY pid HAVING bool_and(holder IS DISTINCT FROM $2)))
                """, [.text(schema), .text(other.description)])
        ]
    }

    /// Whether a row of `pg_locks` is of the lock of an account that somebody has; the schema is the first parameter.
    static func isLocked(_ account: String) -> String {
        """
        (locktype = 'advisory' AND objsubid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid::int8 = hashtext($1)::int8 & 4294967295
            AND objid::int8 = hashtext(\(account))::int8 & 4294967295)
        """
    }

    func giveBack(_ leases: [Lease]) -> [PostgreSQLStatement] {
        [
            rows("account = ANY($1)", [PostgreSQLValue(array: leases.map { Optional($0.account) })]),
            PostgreSQLStatement(
                "leases given back",
                """
                UPDATE \(schema).lease SET holder = NULL, since = clock_timestamp()
                FROM unnest($2::text[], $3::int8[]) AS given (account, epoch)
                WHERE lease.account = given.account AND lease.epoch = given.epoch AND lease.holder = $1
                """, [own] + PostgreSQLColumns(leases).column(\.account).column { Int64($0.epoch) }.parameters),
        ]
    }

    var leave: [PostgreSQLStatement] {
        [
            PostgreSQLStatement("own row", "SELECT FROM \(schema).daemon WHERE id = $1 FOR UPDATE", [own]),
            rows("holder = $1", [own]),
            PostgreSQLStatement(
                "leases given back",
                "UPDATE \(schema).lease SET holder = NULL, since = clock_timestamp() WHERE holder = $1", [own]),
            PostgreSQLStatement("own row", "DELETE FROM \(schema).daemon WHERE id = $1", [own]),
        ]
    }

    private func rows(_ condition: String, _ parameters: [PostgreSQLValue]) -> PostgreSQLStatement {
        PostgreSQLStatement(
            "rows of leases", "SELECT FROM \(schema).lease WHERE \(condition) ORDER BY account FOR NO KEY UPDATE",
            parameters)
    }
}
