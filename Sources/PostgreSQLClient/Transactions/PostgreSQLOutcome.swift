// What became of a transaction.

/// One of three; nobody may take the third for one of the others.
package enum PostgreSQLOutcome: Sendable {
    /// On disk, and at the synchronous standbys where the server has such. An answer for each statement.
    case committed([PostgreSQLRows])
    /// Nothing of it is kept, nor will be.
    case failed(PostgreSQLFailure)
    /// It may be kept, may be not, and may come to be kept yet.
    case unknown(PostgreSQLDoubt)
}

/// Why it is not known whether a transaction is kept.
package enum PostgreSQLDoubt: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is committed at the server, whose wait for a synchronous standby was ended by somebody: a standby that is
    /// promoted may not have it.
    case standbyWaitEnded
    /// No answer to the COMMIT that could be trusted.
    case noAnswer(PostgreSQLFailure)

    package var description: String {
        switch self {
        case .standbyWaitEnded:
            "whether the transaction is kept is not known: PostgreSQL committed it without its synchronous standby, "
                + "because somebody ended the wait for that. See pg_stat_replication for the standby"
        case .noAnswer(let failure):
            "whether the transaction is kept is not known, for its COMMIT was sent and not answered: \(failure)"
        }
    }
}

extension PostgreSQLOutcome {
    /// What the answers to the pipeline of a transaction say.
    init(of pipeline: [PostgreSQLStatement], _ answers: PipelineAnswers) {
        if let refused = answers.refused, refused.undoesItsTransaction {
            self = .failed(refused)
        } else if let end = answers.refused ?? answers.end, answers.rows.count < pipeline.count {
            // Without its last statement, there is nothing that the server could commit.
            self = answers.isSent ? .unknown(.noAnswer(end)) : .failed(end)
        } else {
            self = Self.ofCommit(pipeline, answers)
        }
    }

    /// All statements were answered, whatever became of the connection after that.
    private static func ofCommit(_ pipeline: [PostgreSQLStatement], _ answers: PipelineAnswers) -> PostgreSQLOutcome {
        switch answers.lastTag {
        case "COMMIT" where answers.lastNotices.contains(standbyNotice): return .unknown(.standbyWaitEnded)
        case "COMMIT" where answers.lastNotices.contains(outsideNotice):
            return .unknown(.noAnswer(atCommit(.unreadable, "there was no transaction any more")))
        case "COMMIT":
            return .committed(Array(answers.rows[PostgreSQLTransaction.opening...].dropLast()))
        case "ROLLBACK":
            return .failed(atCommit(.other, "it was answered by ROLLBACK"))
        default:
            return .unknown(.noAnswer(atCommit(.unreadable, "it was answered by something else")))
        }
    }

    private static func atCommit(_ trouble: PostgreSQLTrouble, _ message: String) -> PostgreSQLFailure {
        PostgreSQLFailure(trouble, message, statement: "COMMIT")
    }

    /// The warning with which a COMMIT that no longer waits for its standby is a success.
    private static let standbyNotice = "01000"

    /// The warning of a COMMIT outside of a transaction.
    private static let outsideNotice = "25P01"
}
