// How tests ask: what blocks does so on a thread of its own, and gives up after minutes only.

import ChangeFeed
@testable import PostgreSQLClient
import PrivatePostgreSQL
import Testing

/// Longer than anything takes on a busy machine.
let plenty = Duration.minutes(3)

extension PostgreSQLDialling {
    /// - Parameter patience: short where it is what is tested.
    static func tests(_ name: String = "tests", patience: Duration = plenty) -> PostgreSQLDialling {
        PostgreSQLDialling(applicationName: name, patience: patience, unacknowledged: .seconds(10))
    }
}

extension PostgreSQLConnection {
    static func to(_ address: String, _ dialling: PostgreSQLDialling = .tests()) async throws -> PostgreSQLConnection {
        try await onThread { try PostgreSQLConnection(PostgreSQLAddress(address), dialling) }
    }

    /// Why there is no connection to any of the targets.
    static func refusals(
        of address: String, _ dialling: PostgreSQLDialling = .tests()
    ) async -> [PostgreSQLUnavailable.Attempt] {
        do {
            _ = try await to(address, dialling)
            return []
        } catch {
            return (error as? PostgreSQLUnavailable)?.attempts ?? []
        }
    }

    @discardableResult func ask(
        _ sql: String, _ parameters: [PostgreSQLValue] = [], within patience: Duration = plenty
    ) async throws -> PostgreSQLRows {
        try await onThread { try self.query(PostgreSQLStatement("asked", sql, parameters), within: patience) }
    }

    func run(
        _ statements: [PostgreSQLStatement], isolation: PostgreSQLTransaction.Isolation = .readCommitted,
        limits: PostgreSQLTransaction.ServerLimits = .tests, within patience: Duration = plenty
    ) async throws -> PostgreSQLOutcome {
        try await onThread {
            self.transaction(
                PostgreSQLTransaction(statements, isolation: isolation, limits: limits), within: patience)
        }
    }
}

extension PostgreSQLTransaction.ServerLimits {
    static let tests = PostgreSQLTransaction.ServerLimits(statement: plenty, lock: plenty, idle: plenty)
}

extension PostgreSQLOutcome {
    var rows: [PostgreSQLRows]? {
        if case .committed(let rows) = self { rows } else { nil }
    }

    var failure: PostgreSQLFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }

    var doubt: PostgreSQLDoubt? {
        if case .unknown(let doubt) = self { doubt } else { nil }
    }
}

extension PostgreSQLStatement {
    /// One that needs no name.
    static func sql(_ text: String, _ parameters: [PostgreSQLValue] = []) -> PostgreSQLStatement {
        PostgreSQLStatement(text, text, parameters)
    }
}

/// A server that the tests of a suite share; none of them changes it but for tables of its own.
struct SharedCluster: SuiteTrait, TestScoping {
    @TaskLocal private static var running: PrivateCluster?

    static var current: PrivateCluster {
        get throws { try #require(running) }
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await PrivateCluster.running { cluster in
            try await Self.$running.withValue(cluster, operation: function)
        }
    }
}

extension Trait where Self == SharedCluster {
    static var sharedCluster: Self { SharedCluster() }
}

extension PostgreSQLFailure {
    static let tooLate = PostgreSQLFailure(.deadlinePassed, "no answer came in time")
}
