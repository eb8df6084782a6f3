// The statements by which a daemon makes itself the holder of accounts.

import ChangeFeed
import Fleet
import PostgreSQLClient

/// A take-over of some accounts, in one transaction.
///
/// It takes each account's lock, for which transactions of the account share one (`Fence`), and so comes after what is
/// under way and before what is still to begin. Then the rows of the holders: a renewal that comes now waits until the
/// lease is another's, and one that came before is seen. So nobody is told that a lease is still its own when it is
/// not.
struct TakeOverStatements: Sendable {
    let schema: String
    let holder: DaemonID
    let accounts: [String]
    /// Whether locks are waited for that somebody else has; what waits too long fails as a whole.
    let waits: Bool

    var all: [PostgreSQLStatement] { [locks, daemons, leases, take, blocked] }

    /// What a `locks` that did not wait has got, for the statements behind it: a setting of this transaction.
    private static let locked = "current_setting('insightly_webhooks.locked')::text[]"

    private var asked: PostgreSQLValue { PostgreSQLValue(array: accounts.map(Optional.init)) }
    private var own: PostgreSQLValue { .text(holder.description) }

    /// By the locks' own keys, in which two accounts may fall together.
    private var locks: PostgreSQLStatement {
        let lock = waits ? "pg_advisory_xact_lock" : "pg_try_advisory_xact_lock"
        return PostgreSQLStatement(
            "locks of accounts",
            """
            SELECT set_config('insightly_webhooks.locked', coalesce(array_agg(account)::text, '{}'), true)
            FROM (
                SELECT account, \(lock)(hashtext($1), hashtext(account))::text AS got FROM (
                    SELECT account FROM unnest($2::text[]) AS asked (account) ORDER BY hashtext(account), account
                ) AS asked OFFSET 0
            ) AS tried WHERE got <> 'false'
            """, [.text(schema), asked])
    }

    /// The holder's own too, so that it is not leaving meanwhile.
    private var daemons: PostgreSQLStatement {
        PostgreSQLStatement(
            "rows of holders",
            """
            SELECT FROM \(schema).daemon WHERE id = $1
                OR id IN (SELECT holder FROM \(schema).lease WHERE account = ANY(\(Self.locked)))
            ORDER BY id FOR SHARE
            """, [own])
    }

    private var leases: PostgreSQLStatement {
        PostgreSQLStatement(
            "rows of leases",
            "SELECT account, holder FROM \(schema).lease WHERE account = ANY(\(Self.locked)) ORDER BY account FOR NO KEY UPDATE"
        )
    }

    private var take: PostgreSQLStatement {
        PostgreSQLStatement(
            "take-over",
            """
            UPDATE \(schema).lease SET holder = $1, epoch = epoch + 1, since = clock_timestamp()
            WHERE account = ANY(\(Self.locked)) AND \(isTakeable(by: "$1"))
            RETURNING account, epoch
            """, [own])
    }

    /// With who stands in the way, as long as anybody does.
    private var blocked: PostgreSQLStatement {
        PostgreSQLStatement(
            "accounts in use",
            """
            SELECT account, (
                SELECT min(application_name) FROM pg_locks JOIN pg_stat_activity USING (pid)
                WHERE \(LeaseStatements.isLocked("account")) AND pid <> pg_backend_pid()
            ) AS blocker
            FROM \(schema).lease
            WHERE account = ANY($2) AND account <> ALL(\(Self.locked)) AND \(isTakeable(by: "$3"))
            ORDER BY account
            """, [.text(schema), asked, own])
    }

    /// By one whose own leases are not over.
    private func isTakeable(by daemon: String) -> String {
        """
        (holder IS NULL OR NOT EXISTS (
            SELECT FROM \(schema).daemon WHERE id = lease.holder AND until > clock_timestamp()))
        AND EXISTS (SELECT FROM \(schema).daemon WHERE id = \(daemon) AND until > clock_timestamp())
        """
    }
}
