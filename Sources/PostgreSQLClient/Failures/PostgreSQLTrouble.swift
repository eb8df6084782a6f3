// What a failure means to whoever has to decide what is done next.

/// Classes of failures, by which callers decide.
package enum PostgreSQLTrouble: Sendable, Equatable {
    /// No connection came about: refused, no such host, no answer from the address.
    case unreachable
    /// The connection ended, and the server did not say why.
    case connectionLost
    /// The time that the caller gave was over.
    case deadlinePassed
    /// The server is a standby, which takes no writes.
    case standby
    /// The server calls itself a primary, and another one was promoted in its place.
    case leftBehind
    /// `server_version_num`, as 110022 for 11.22.
    case tooOld(version: Int)
    /// What was asked for cannot be said to a server; nothing was sent.
    case unsendable
    /// What came back is not what the protocol promises.
    case unreadable

    case serialization
    case deadlock
    case lockTimeout
    /// By `statement_timeout`, or by somebody who asked for it.
    case cancelled
    /// It shuts down, starts up, or ended this connection, at a limit of idleness too.
    case shuttingDown
    case diskFull
    case tooManyConnections
    case notAuthenticated
    case undefinedDatabase
    case uniqueViolation
    case missingPrivilege
    case undefinedTable
    case readOnly
    /// The condition of the check of this name did not hold.
    case checkFailed(String)
    case other

    init(sqlState: String) {
        self =
            switch sqlState {
            case "40001": .serialization
            case "40P01": .deadlock
            case "55P03": .lockTimeout
            case "57014": .cancelled
            case "57P01", "57P02", "57P03", "57P05", "25P03": .shuttingDown
            case "53100": .diskFull
            case "53300": .tooManyConnections
            case "3D000": .undefinedDatabase
            case "23505": .uniqueViolation
            case "42501": .missingPrivilege
            case "3F000", "42P01": .undefinedTable
            case "25006": .readOnly
            default: Self(sqlStateClass: String(sqlState.prefix(2)))
            }
    }

    private init(sqlStateClass: String) {
        self =
            switch sqlStateClass {
            // A pooler says so, which has lost the server.
            case "08": .connectionLost
            case "28": .notAuthenticated
            default: .other
            }
    }

    /// What it means and what to do, to be followed by what the server said.
    var words: String {
        switch self {
        case .unreachable:
            "no connection to PostgreSQL came about at this address: where the reason below does not say why, see that it "
                + "runs and listens there, and that nothing between keeps connections from it"
        case .connectionLost:
            "the connection to PostgreSQL was lost: see its log for whether it stopped, and the network between"
        case .deadlinePassed:
            "PostgreSQL did not answer in time, and the connection was given up: see whether its machine is overloaded "
                + "or frozen, whether others hold locks (pg_locks), and whether a synchronous standby is down "
                + "(pg_stat_replication)"
        case .standby: "this PostgreSQL is a standby, which takes no writes: name its primary, or promote it"
        case .leftBehind:
            "this PostgreSQL was left behind: another server was promoted in its place since. Stop it, and name that one"
        case .tooOld(let version):
            "this PostgreSQL is \(PostgreSQLServer.words(version: version)), which is too old: "
                + "\(PostgreSQLServer.words(version: PostgreSQLServer.oldestVersion)) or newer will do"
        case .unsendable: "this cannot be said to PostgreSQL, and was not sent"
        case .unreadable:
            "what came back is no answer of PostgreSQL, and the connection was given up: see what stands between, such "
                + "as a pooler"
        case .serialization, .deadlock:
            "PostgreSQL undid this transaction for the sake of another: it can be tried again"
        case .lockTimeout: "another session holds a lock on the same rows, and did not let go of it in time (pg_locks)"
        case .cancelled:
            "PostgreSQL ended a statement, at its statement_timeout or because somebody asked it to: see what it "
                + "waited for"
        case .shuttingDown: "PostgreSQL is stopping, is starting, or was told to end this session: see its log"
        case .diskFull: "PostgreSQL has no room on its disk: make some"
        case .tooManyConnections:
            "PostgreSQL has no connection left: raise max_connections, or see who holds them (pg_stat_activity)"
        case .notAuthenticated:
            "PostgreSQL does not let this user in: see user and password, and its pg_hba.conf for this address"
        case .undefinedDatabase: "PostgreSQL has no such database: create it, or name another"
        case .uniqueViolation: "there is a row of this key already"
        case .missingPrivilege:
            "the user of this connection lacks a privilege, such as CONNECT on the database or USAGE on the schema: GRANT it"
        case .undefinedTable:
            "PostgreSQL lacks a schema or table that ought to be there: where the database was made anew, a restart makes "
                + "them; else restore it"
        case .readOnly:
            "PostgreSQL takes no writes: see whether it is a standby, and its default_transaction_read_only"
        case .checkFailed(let name): "the check \"\(name)\" did not hold, and nothing was written"
        case .other: "PostgreSQL refused"
        }
    }
}
