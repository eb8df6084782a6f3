// What a server says of itself when a connection begins.

import CPostgreSQL

/// The server behind a connection, as it was when that was made.
package struct PostgreSQLServer: Sendable, Equatable {
    package let target: PostgreSQLTarget
    /// As 150018 for 15.18.
    package let version: Int
    /// Counts promotions: of two that call themselves primaries, the lower one is the one that was left behind. Nil
    /// where this user may not see it.
    package let timeline: UInt32?
    /// Which cluster it is of, as all of its standbys are: timelines of others say nothing of it. Nil where this user may
    /// not see it.
    package let cluster: String?
    /// What the promises of the store need and this server, as far as this user may see, does not have.
    package let warnings: [Warning]

    package enum Warning: Sendable, Equatable {
        /// It may lose what it acknowledged when its machine stops.
        case fsyncOff
        /// Every COMMIT waits for one of these, and none is there.
        case noSynchronousStandby(names: String)
    }

    /// Whether this user may not see all that tells it from one that was left behind.
    package var lacksIdentity: Bool { timeline == nil || cluster == nil }

    static let oldestVersion = 120_000

    /// 110022 as `11.22`; of the first numbers, which had three parts, the last is left out.
    static func words(version: Int) -> String {
        version >= 100_000 ? "\(version / 10_000).\(version % 10_000)" : "\(version / 10_000).\(version / 100 % 100)"
    }

    /// Asks a server that has let us in.
    ///
    /// - Throws: `.tooOld` and `.standby` too.
    init(
        behind link: ServerLink, of target: PostgreSQLTarget, until deadline: Deadline
    ) throws(PostgreSQLFailure) {
        self.target = target
        version = Int(link.library.functions.PQserverVersion(link.connection))
        guard version >= Self.oldestVersion else {
            throw PostgreSQLFailure(.tooOld(version: version), "it says so itself")
        }
        let state = try Self.row(Self.state, link, deadline)
        do {
            if try state.value("is_standby", as: Bool.self) {
                throw PostgreSQLFailure(.standby, "pg_is_in_recovery() is true")
            }
            warnings = try Self.warnings(state)
            timeline = try Self.seen(Self.log, link, deadline).flatMap { UInt32($0, radix: 16) }
            cluster = try Self.seen(Self.identity, link, deadline)
        } catch let problem as PostgreSQLColumnProblem {
            throw PostgreSQLFailure(.unreadable, "\(problem)")
        } catch let failure as PostgreSQLFailure {
            throw failure
        } catch {
            throw PostgreSQLFailure(.unreadable, "\(error)")
        }
    }

    private static func row(
        _ statement: PostgreSQLStatement, _ link: ServerLink, _ deadline: Deadline
    ) throws(PostgreSQLFailure) -> PostgreSQLRow {
        let limit = PostgreSQLStatement.limited(to: .milliseconds(deadline.milliseconds))
        let answers = link.exchange([limit, statement], until: deadline)
        if let failure = answers.refused ?? answers.end { throw failure }
        guard let row = answers.rows.last?.first else {
            throw PostgreSQLFailure(.unreadable, "there is no row", statement: statement.name)
        }
        return row
    }

    /// Who may not see the sessions of others gets a row for each, of NULLs.
    private static let state = PostgreSQLStatement(
        "state of the server",
        """
        SELECT pg_is_in_recovery() AS is_standby, current_setting('fsync') = 'off' AS is_fsync_off,
            current_setting('synchronous_standby_names') AS standbys,
            (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS synchronous,
            (SELECT count(*) FROM pg_stat_replication WHERE sync_state IS NULL) AS hidden
        """)

    private static func warnings(_ state: PostgreSQLRow) throws(PostgreSQLColumnProblem) -> [Warning] {
        let names = try state.value("standbys", as: String.self)
        let seen: Int64 = try state.value("synchronous")
        let hidden: Int64 = try state.value("hidden")
        var warnings: [Warning] = try state.value("is_fsync_off", as: Bool.self) ? [.fsyncOff] : []
        if !names.isEmpty && seen + hidden == 0 { warnings.append(.noSynchronousStandby(names: names)) }
        return warnings
    }

    /// From the name of the file of the log that is being written: right at once after a promotion, unlike what the
    /// last checkpoint says.
    private static let log = PostgreSQLStatement(
        "timeline of the server", "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS seen")

    private static let identity = PostgreSQLStatement(
        "cluster of the server", "SELECT system_identifier::text AS seen FROM pg_control_system()")

    /// Nil where this user may not.
    private static func seen(
        _ statement: PostgreSQLStatement, _ link: ServerLink, _ deadline: Deadline
    ) throws -> String? {
        do {
            return try row(statement, link, deadline).value("seen")
        } catch let failure as PostgreSQLFailure where failure.undoesItsTransaction {
            return nil
        }
    }
}
