// What an operator asks of a running daemon: written into the store by a command, carried out by the daemon.

import ChangeFeed
import GRDB

extension StoreVisitor {
    package enum Resumption: Sendable, Equatable {
        case requested, unknownEndpoint
    }

    /// Asks the daemon to send to an endpoint again that is disabled, or whose circuit is open.
    package func requestResumption(of endpoint: String) throws(StoreProblem) -> Resumption {
        try visit { db in
            try db.execute(
                sql: """
                    INSERT INTO operator_request (endpoint_id, verb)
                    SELECT id, 'resume' FROM endpoint WHERE name = ?
                    """,
                arguments: [endpoint])
            return db.changesCount == 0 ? .unknownEndpoint : .requested
        }
    }
}

extension StoreVisitor {
    /// Asks the daemon to try the API again, whatever pause it makes.
    ///
    /// - Returns: false where no daemon has used the account yet.
    package func requestAPIResumption(ofAccount name: String) throws(StoreProblem) -> Bool {
        try visit { db in
            try db.execute(
                sql: """
                    INSERT INTO operator_request (verb, detail)
                    SELECT 'resume-api', CAST(id AS TEXT) FROM account WHERE name = ?
                    """,
                arguments: [name])
            return db.changesCount > 0
        }
    }
}

extension ChangeStore {
    /// Whether somebody asked for the API to be tried again.
    package func isAPIResumptionRequested(of account: StoredAccount) throws -> Bool {
        try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb = 'resume-api' AND detail = ?)",
                arguments: [String(account.id)]) ?? false
        }
    }

    /// The account's pause has ended, as was asked for.
    package func resumed(_ memory: RequestBudget.Memory, of account: StoredAccount) throws {
        try pool.write { db in
            try db.write(memory, of: account)
            try db.execute(
                sql: "DELETE FROM operator_request WHERE verb = 'resume-api' AND detail = ?",
                arguments: [String(account.id)])
        }
    }

    /// Whether somebody asked for an endpoint to be resumed.
    package func isResumptionRequested(of endpoint: StoredEndpoint) throws -> Bool {
        try pool.read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE endpoint_id = ? AND verb = 'resume')",
                arguments: [endpoint.id]) ?? false
        }
    }
}
