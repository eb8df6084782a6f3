// What a store in PostgreSQL may suffer from, in words that say what to do.

import ChangeFeed
import EventStore
import PostgreSQLClient

/// As people are told of them; what the client says in particular stands behind it.
enum PostgresTroubles {
    static let words: [StoreTrouble: String] = [
        .locked: "another session holds locks on its rows, or undid this transaction: it is tried again (pg_locks)",
        .unreachable: "its server does not answer, or takes no writes now: it is tried again until it does",
        .full: "its server has no room on the disk: make some",
        .failing: "its server refuses",
    ]
}

extension StoreFailure {
    /// Nil for an error that is none of PostgreSQL's, as that the account is another daemon's by now
    /// (``AccountLedElsewhere``).
    init?(postgres error: any Error) {
        switch error {
        case let failure as StoreFailure: self = failure
        // Its own words are those of the trouble.
        case let failure as PostgreSQLFailure where failure.trouble == .diskFull:
            self.init(.full, cause: failure.detail)
        case let failure as PostgreSQLFailure: self.init(StoreTrouble(failure.trouble), cause: "\(failure)")
        case let unavailable as PostgreSQLUnavailable:
            // Where one server lets nobody in for good and another may come back, it is worth waiting.
            let troubles = unavailable.attempts.map { StoreTrouble($0.failure.trouble) }
            self.init(troubles.first(where: \.passes) ?? troubles.first ?? .unreachable, cause: unavailable.reasons)
        // More than once, or it would have been written again.
        case let lost as BatchLost: self.init(.unreachable, cause: "\(lost)")
        case let problem as PostgreSQLColumnProblem: self.init(.failing, cause: "\(problem)")
        case let key as DamagedKey: self.init(.failing, cause: "\(key)")
        default: return nil
        }
    }

    init(_ trouble: StoreTrouble, cause: String) {
        self.init(trouble, PostgresTroubles.words[trouble] ?? "it fails", engine: "PostgreSQL", cause: cause)
    }
}

extension StoreTrouble {
    init(_ trouble: PostgreSQLTrouble) {
        self =
            switch trouble {
            case .serialization, .deadlock, .lockTimeout: .locked
            case .diskFull: .full
            case .unreachable, .connectionLost, .deadlinePassed, .standby, .leftBehind, .shuttingDown,
                .tooManyConnections, .readOnly:
                .unreachable
            // What takes too long, takes too long the next time.
            case .cancelled, .uniqueViolation, .tooOld, .unsendable, .unreadable, .notAuthenticated, .undefinedDatabase,
                .missingPrivilege,
                .undefinedTable, .checkFailed, .other:
                .failing
            }
    }
}

extension StoreProblem {
    /// What an error means of the store at this place.
    init(postgres error: any Error, at place: String) {
        switch error {
        case let problem as StoreProblem: self = problem
        case let problem as SchemaProblem: self.init("the state store \(place) cannot be used: \(problem)")
        case let missing as PostgreSQLLibraryMissing:
            self.init("the state store \(place) cannot be used: \(missing)", trouble: .failing)
        default:
            guard let failure = StoreFailure(postgres: error) else {
                self.init("the state store \(place) cannot be used: \(error)", trouble: .failing)
                return
            }
            self.init("the state store \(place) cannot be used: \(failure.cause)", trouble: failure.trouble)
        }
    }
}
