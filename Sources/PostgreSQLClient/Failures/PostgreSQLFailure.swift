// How something failed, for programs and for people.

import ChangeFeed

/// What did not come about, and why.
///
/// Never has a password, nor the address as it was written, nor a value of a row: the server's DETAIL, which quotes
/// those, is not read, and where its message may do so, that is left out.
package struct PostgreSQLFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let trouble: PostgreSQLTrouble
    /// Five letters and digits; nil where the failure is not of the server's telling.
    package let sqlState: String?
    package let severity: PostgreSQLSeverity?
    /// One line: the server's primary message in its own language, or what this side has to say.
    package let message: String
    /// The name of the statement that failed; nil where that is nothing to do with one.
    package private(set) var statement: String?

    /// What this side has to say.
    package init(_ trouble: PostgreSQLTrouble, _ message: String, statement: String? = nil) {
        self.trouble = trouble
        self.message = message
        self.statement = statement
        sqlState = nil
        severity = nil
    }

    /// What the server said.
    init(sqlState: String, severity: PostgreSQLSeverity?, message: String) {
        trouble = PostgreSQLTrouble(sqlState: sqlState)
        self.sqlState = sqlState
        self.severity = severity
        // Data exceptions are about a value, which most of them name.
        self.message = sqlState.hasPrefix("22") ? "a value is not what its type allows" : message
    }

    /// A failure of that statement.
    func of(_ statement: PostgreSQLStatement) -> PostgreSQLFailure {
        guard let check = statement.check, sqlState == PostgreSQLStatement.failedCheckState else {
            var failure = self
            failure.statement = statement.name
            return failure
        }
        return PostgreSQLFailure(check: check, self)
    }

    private init(check: String, _ failure: PostgreSQLFailure) {
        trouble = .checkFailed(check)
        message = "its condition was not true"
        statement = check
        sqlState = failure.sqlState
        severity = failure.severity
    }

    /// Whether it is certain that nothing of the transaction is kept, when a statement of it is answered so.
    ///
    /// An error is the server's, and undoes the transaction. What ends the connection may come from a pooler, too,
    /// which has lost the server behind it and knows as little of a COMMIT that was on its way as the client does; and
    /// a server that panics may have written the COMMIT before.
    var undoesItsTransaction: Bool {
        guard let sqlState else { return false }
        return severity == .error && !sqlState.hasPrefix("08")
    }

    package var description: String { "\(trouble.words) (\(detail))" }

    /// Without what it means and what to do.
    package var detail: String {
        let place = statement.map { ", at \"\($0)\"" } ?? ""
        let state = sqlState.map { ", SQLSTATE \($0)" } ?? ""
        return message + place + state
    }
}

/// How much an error of the server ends.
package enum PostgreSQLSeverity: String, Sendable {
    /// The transaction.
    case error = "ERROR"
    /// The connection.
    case fatal = "FATAL"
    /// All connections of the server.
    case panic = "PANIC"
}
