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
                    try await TestedEngine.$server.withValue(server) {
                        try await withTaskExecutorPreference(BlockingExecutor.standard, operation: function)
                    }
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
    let location: any StoreLocation
    /// What such a store warns of: the servers of tests write to no disk, and no file keeps their timelines.
    let warnings = TestedEngine.current == .postgres ? 2 : 0
    let now = Instant(secondsSince1970: 1_795_536_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        location =
            switch TestedEngine.current {
            case .sqlite: SQLiteLocation(path: directory.appendingPathComponent("state.sqlite3").path)
            case .memory: MemoryLocation(MemoryDisk())
            case .postgres:
                PostgresLocation(
                    try PostgreSQLAddress(#require(TestedEngine.server).address), schema: SharedCluster.newSchema())
            }
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    /// The stores of accounts, by one process: of each name, that account's.
    func engines(_ accounts: [String]) throws -> [EngineUnderTest] {
        let store = try location.open()
        return try accounts.map {
            EngineUnderTest(engine: try store.account(named: $0, identity: Self.identity(of: $0)))
        }
    }

    func engine() throws -> EngineUnderTest { try engines(["default"])[0] }

    private static func identity(of account: String) -> String { account == "default" ? "account-1" : account }

    /// Whoever looks at the store of an account, or asks something of its daemon.
    func visitor(of account: String = "default") throws -> any StoreVisitor {
        try location.visit(account: account, isReadOnly: false)
    }

    func open(rules: EndpointRules = EndpointRules()) throws -> OpenStore {
        try OpenStore(try engine(), rules: rules, at: now)
    }
}
