// A connection to a primary, and what can be asked of it.

import ChangeFeed
import Synchronization

/// Blocks the thread of whoever asks; several ask one after the other.
///
/// Nothing is ever cancelled: a COMMIT that is cancelled while it waits for a standby is answered like one that was
/// not. Where an answer takes too long the connection is given up, and is of no more use, as after its loss.
package final class PostgreSQLConnection: Sendable {
    package let server: PostgreSQLServer
    private let link: Mutex<ServerLink>

    /// Connects to the first target that lets us in and is a primary of a version that will do.
    ///
    /// - Parameter objection: why a server that would do is not to be spoken to; nil where there is no reason.
    /// - Throws: `PostgreSQLUnavailable` where there is none, or `PostgreSQLLibraryMissing`.
    package convenience init(
        _ address: PostgreSQLAddress, _ dialling: PostgreSQLDialling,
        objection: (PostgreSQLServer) -> PostgreSQLFailure? = { _ in nil }
    ) throws {
        let library = try PostgreSQLLibrary()
        var attempts: [PostgreSQLUnavailable.Attempt] = []
        for target in address.targets {
            do throws(PostgreSQLFailure) {
                try self.init(target, of: address, dialling, by: library, objection)
                return
            } catch {
                attempts.append(PostgreSQLUnavailable.Attempt(target: target, failure: error))
            }
        }
        throw PostgreSQLUnavailable(address: address.description, attempts: attempts)
    }

    private init(
        _ target: PostgreSQLTarget, of address: PostgreSQLAddress, _ dialling: PostgreSQLDialling,
        by library: PostgreSQLLibrary, _ objection: (PostgreSQLServer) -> PostgreSQLFailure?
    ) throws(PostgreSQLFailure) {
        let deadline = Deadline(in: dialling.patience)
        let link = try ServerLink.dial(dialling.keywords(for: target, of: address), until: deadline, by: library)
        server = try PostgreSQLServer(behind: link, of: target, until: deadline)
        if let failure = objection(server) { throw failure }
        self.link = Mutex(link)
    }

    /// False once it was lost or given up; true says nothing about what the server has done since it last answered.
    package var isUsable: Bool { link.withLock { $0.isOpen && !$0.isBroken } }

    /// The same, and that it has not ended unasked since.
    package var isAlive: Bool { link.withLock { $0.isOpen && !$0.hasEnded } }

    /// Reads by one statement, outside of any transaction.
    ///
    /// - Parameter patience: until the whole answer is here; after that the connection is given up. The server ends the
    ///   statement a little before, whatever the user may take by default.
    package func query(
        _ statement: PostgreSQLStatement, within patience: Duration
    ) throws(PostgreSQLFailure) -> PostgreSQLRows {
        try queries([statement], within: patience)[0]
    }

    /// The same by several, which go out together. Each sees what is committed when it begins.
    package func queries(
        _ statements: [PostgreSQLStatement], within patience: Duration
    ) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
        Array(try run([.limited(to: patience)] + statements, within: patience).dropFirst())
    }

    /// Statements that go out as they are, such as a BEGIN.
    package func run(
        _ statements: [PostgreSQLStatement], within patience: Duration
    ) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
        let answers = link.withLock { $0.exchange(statements, until: Deadline(in: patience)) }
        if let failure = answers.refused ?? answers.end { throw failure }
        return answers.rows
    }

    /// Runs all of the statements, and undoes them: what each of them would answer.
    ///
    /// - Parameter patience: until the last answer is here; after that the connection is given up.
    package func rehearsal(
        of transaction: PostgreSQLTransaction, within patience: Duration
    ) throws(PostgreSQLFailure) -> [PostgreSQLRows] {
        let answers = link.withLock { link in
            let deadline = Deadline(in: patience)
            let answers = link.exchange(transaction.rehearsal, until: deadline)
            if answers.refused != nil && answers.end == nil { Self.leave(link, until: deadline) }
            return answers
        }
        if let failure = answers.refused ?? answers.end { throw failure }
        return Array(answers.rows[PostgreSQLTransaction.opening...].dropLast())
    }

    /// Has all of the statements take effect, or none.
    ///
    /// - Parameter patience: until the answer to COMMIT is here, which may wait for a standby without end; after that
    ///   the connection is given up.
    package func transaction(_ transaction: PostgreSQLTransaction, within patience: Duration) -> PostgreSQLOutcome {
        let pipeline = transaction.pipeline
        return link.withLock { link in
            let deadline = Deadline(in: patience)
            let answers = link.exchange(pipeline, until: deadline)
            if answers.refused != nil && answers.end == nil { Self.leave(link, until: deadline) }
            return PostgreSQLOutcome(of: pipeline, answers)
        }
    }

    /// After an error the server skips the rest of the pipeline, COMMIT included, and stays in the failed transaction.
    private static func leave(_ link: ServerLink, until deadline: Deadline) {
        let answers = link.exchange([PostgreSQLStatement("ROLLBACK", "ROLLBACK")], until: deadline)
        if answers.refused != nil || answers.end != nil { link.drop() }
    }

    /// Gives it up; a transaction that others have under way on it is answered first.
    package func close() {
        link.withLock { $0.drop() }
    }
}

/// No target of an address is of use.
package struct PostgreSQLUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    let address: String
    /// In their order, one at least.
    package let attempts: [Attempt]

    package struct Attempt: Sendable, Equatable {
        package let target: PostgreSQLTarget
        package let failure: PostgreSQLFailure
    }

    package var description: String { "no connection to \(address): \(reasons)" }

    /// For whoever says before it of which address they are.
    package var reasons: String {
        guard attempts.count > 1 else { return attempts.map { "\($0.failure)" }.joined() }
        return attempts.map { "\($0.target): \($0.failure)" }.joined(separator: "; ")
    }
}
