// What a verb failed by, as the daemon tells troubles of its store apart.

import ChangeFeed
import PostgreSQLClient

/// A verb that failed; nothing of it is kept.
package struct PostgresStoreFailure: Error, Sendable, CustomStringConvertible {
    package let trouble: StoreTrouble
    /// What the client or the server said.
    package let cause: String
    /// Nil where it is not by a failure of the client's telling.
    let failure: PostgreSQLFailure?

    init(_ failure: PostgreSQLFailure) {
        trouble = StoreTrouble(failure.trouble)
        cause = "\(failure)"
        self.failure = failure
    }

    init(_ trouble: StoreTrouble, _ cause: String) {
        self.trouble = trouble
        self.cause = cause
        failure = nil
    }

    /// Nil for an error that is none of PostgreSQL's.
    package init?(_ error: any Error) {
        switch error {
        case let failure as PostgresStoreFailure: self = failure
        case let failure as PostgreSQLFailure: self.init(failure)
        case let unavailable as PostgreSQLUnavailable:
            let troubles = unavailable.attempts.map { StoreTrouble($0.failure.trouble) }
            self.init(troubles.first { $0 != .locked } ?? .locked, "\(unavailable)")
        case let problem as PostgreSQLColumnProblem: self.init(.failing, "\(problem)")
        default: return nil
        }
    }

    package var description: String { cause }
}

extension StoreTrouble {
    init(_ trouble: PostgreSQLTrouble) {
        self =
            switch trouble {
            case .serialization, .deadlock, .lockTimeout, .cancelled, .uniqueViolation: .locked
            case .diskFull: .full
            case .unreachable, .connectionLost, .deadlinePassed, .standby, .leftBehind, .shuttingDown,
                .tooManyConnections, .readOnly:
                .locked
            case .tooOld, .unsendable, .unreadable, .notAuthenticated, .undefinedDatabase, .missingPrivilege,
                .undefinedTable, .checkFailed, .other:
                .failing
            }
    }
}
