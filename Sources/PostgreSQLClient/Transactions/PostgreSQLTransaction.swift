// Statements that take effect together or not at all.

import ChangeFeed

/// Statements between BEGIN and COMMIT, which go out together, in one write where they have less than 8 KB.
///
/// So a process that is stopped at any moment has either not begun it, or left everything to the server. Of more, libpq
/// writes whenever it has 8 KB: who is stopped in the middle holds its locks until somebody ends its session, for no
/// time-out of the server looks at a client that is still to send.
package struct PostgreSQLTransaction: Sendable {
    package var statements: [PostgreSQLStatement]
    package var isolation: Isolation
    package var limits: ServerLimits

    package init(
        _ statements: [PostgreSQLStatement], isolation: Isolation = .readCommitted, limits: ServerLimits
    ) {
        self.statements = statements
        self.isolation = isolation
        self.limits = limits
    }

    /// Said in each transaction, whatever the server's default is.
    package enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        /// One state of the database for all of its statements; it may fail with `.serialization`.
        case repeatableRead = "REPEATABLE READ"
    }

    /// The server's own limits, for this transaction alone; in milliseconds at the server, 1 at least.
    ///
    /// None of them ends a COMMIT that waits for a synchronous standby.
    package struct ServerLimits: Sendable, Equatable {
        /// Of each statement.
        package let statement: Duration
        /// Of each wait for a lock; a statement may wait for several.
        package let lock: Duration
        /// Between two statements.
        package let idle: Duration

        package init(statement: Duration, lock: Duration, idle: Duration) {
            self.statement = statement
            self.lock = lock
            self.idle = idle
        }
    }

    /// What is sent: the statements, and around them what makes them one transaction that is on disk when it is
    /// acknowledged.
    var pipeline: [PostgreSQLStatement] { begin + statements + [PostgreSQLStatement("COMMIT", "COMMIT")] }

    /// The same, with an end that undoes all of it.
    var rehearsal: [PostgreSQLStatement] { begin + statements + [PostgreSQLStatement("ROLLBACK", "ROLLBACK")] }

    private var begin: [PostgreSQLStatement] {
        [PostgreSQLStatement("BEGIN", "BEGIN ISOLATION LEVEL \(isolation.rawValue)"), settings]
    }

    /// How many statements of the pipeline come before the caller's.
    static let opening = 2

    /// `SET LOCAL` of each setting, as one statement.
    private var settings: PostgreSQLStatement {
        let values = [
            ("synchronous_commit", "on"), ("statement_timeout", Self.milliseconds(limits.statement)),
            ("lock_timeout", Self.milliseconds(limits.lock)),
            ("idle_in_transaction_session_timeout", Self.milliseconds(limits.idle)),
        ]
        let calls = values.map { "set_config('\($0)', '\($1)', true)" }
        return PostgreSQLStatement("settings", "SELECT " + calls.joined(separator: ", "))
    }

    /// 0 would be no limit at all.
    private static func milliseconds(_ duration: Duration) -> String {
        String(Int(min(max(duration.inSeconds * 1_000, 1), Double(Int32.max)).rounded(.up)))
    }
}
