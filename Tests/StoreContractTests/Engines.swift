// The engines that the contract holds for, and how each is opened.

import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import MemoryStore
import PostgreSQLClient
import PostgresStore
import PrivatePostgreSQL
import StagedStores
import Testing

/// One that is to keep the contract. Another engine is another case here, and a way to open it.
enum TestedEngine: String, Sendable, CaseIterable {
    case sqlite, memory, postgres

    /// The engine that a test runs on.
    @TaskLocal static var current = sqlite
    /// The server of one that has one.
    @TaskLocal static var server: PrivateCluster?
}

/// Runs each test of a suite once on every engine.
struct OnEveryEngine: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        for engine in TestedEngine.allCases {
            try await TestedEngine.$current.withValue(engine) {
                guard engine == .postgres else { return try await function() }
                try await SharedCluster.standard.lend { server in
                    try await TestedEngine.$server.withValue(server, operation: function)
                }
            }
        }
    }
}

extension Trait where Self == OnEveryEngine {
    static var onEveryEngine: Self { OnEveryEngine() }
}

/// A store of whichever engine is tested.
struct EngineUnderTest: StoreEngine {
    let engine: any StoreEngine
    var account: StoredAccount { engine.account }
    var claims: Claims { engine.claims }

    func look<Answer>(_ verb: (any StoreReading) throws -> Answer) throws -> Answer { try engine.look(verb) }

    func transact<Answer>(_ verb: (any StoreTransaction) throws -> Answer) throws -> Answer {
        try engine.transact(verb)
    }
}

/// What a store leaves behind, for as long as the test runs: each opening is another process.
final class StorePlace {
    private let directory: URL
    private let disk = MemoryDisk()
    private let tested = TestedEngine.current
    private let schema = SharedCluster.newSchema()
    let now = Instant(secondsSince1970: 1_795_536_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// The stores of accounts, by one process: of each name, that account's.
    func engines(_ accounts: [String]) throws -> [EngineUnderTest] {
        switch tested {
        case .sqlite:
            let store = try ChangeStore(path: directory.appendingPathComponent("state.sqlite3").path)
            return try accounts.map {
                EngineUnderTest(engine: try store.account(named: $0, identity: Self.identity(of: $0)))
            }
        case .postgres:
            let server = try #require(TestedEngine.server)
            let store = try PostgresStore(
                at: PostgreSQLAddress(server.address), holder: "contract", schema: schema)
            return try accounts.map {
                EngineUnderTest(engine: try store.account(named: $0, identity: Self.identity(of: $0)))
            }
        case .memory:
            return try accounts.map {
                EngineUnderTest(engine: try MemoryStore(on: disk, account: $0, identity: Self.identity(of: $0)))
            }
        }
    }

    func engine() throws -> EngineUnderTest { try engines(["default"])[0] }

    private static func identity(of account: String) -> String { account == "default" ? "account-1" : account }

    func open(rules: EndpointRules = EndpointRules()) throws -> OpenStore {
        try OpenStore(try engine(), rules: rules, at: now)
    }
}
