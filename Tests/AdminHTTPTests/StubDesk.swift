// A daemon that the admin server asks in tests: a store of its own, and what it is told to say.

import ChangeStore
import Operations
import StagedOperations
import StagedStores

@testable import AdminHTTP

final class StubDesk: AdminDesk {
    var staged: StagedStore<AccountStore> { surroundings.staged }
    private let surroundings: StagedScope
    private let said: @Sendable () async throws -> String

    /// - Parameter metrics: what is said where metrics are asked for.
    init(metrics: @escaping @Sendable () async throws -> String = { "metrics\n" }) throws {
        said = metrics
        surroundings = try StagedScope()
    }

    func ask<Asked: Question>(_ question: Asked) async throws -> Asked.Answer { try surroundings.scope.ask(question) }
    func leave<Asked: Command>(_ command: Asked) async throws -> Asked.Answer { try surroundings.scope.leave(command) }
    var accounts: [String] { [] }
    func desk(of name: String?) throws -> any AdminDesk {
        if let name { throw OperationProblem.unknownAccount(name) }
        return self
    }
    func reasonsNotReady() async -> [NotReady] { [NotReady("no polls")] }
    func hint(_ resource: String) -> Bool { resource == "contacts" }
    func metrics() async throws -> String { try await said() }
}
