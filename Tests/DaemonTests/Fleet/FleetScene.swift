// Daemons that share accounts on a real server, in one process: each with a store, a permit and a loop of its own.

import ChangeFeed
import Fleet
import Logging
import PostgreSQLClient
import PostgresStore
import PrivatePostgreSQL
import Synchronization

@testable import Daemon

/// The way of one daemon to its leases, which tests cut.
final class CutLeases: LeaseStore {
    private let leases: PostgresLeases
    private let cut = Mutex(false)

    init(_ leases: PostgresLeases) {
        self.leases = leases
    }

    var isCut: Bool {
        get { cut.withLock { $0 } }
        set { cut.withLock { $0 = newValue } }
    }

    func answer(_ verb: FleetMachine.Verb) throws(FleetMachine.Failure) -> FleetMachine.Answer {
        if isCut { throw .failed("the test has cut the way") }
        return try leases.answer(verb)
    }
}

/// A schema of the server, with daemons that come as they are wanted.
final class FleetScene: Sendable {
    struct Driver: Sendable {
        let id: DaemonID
        let service: FleetService
        let leases: CutLeases
    }

    let ledger = FleetLedger()
    let schema = SharedCluster.newSchema()
    let address: PostgreSQLAddress
    private let accounts: Set<String>
    private let clock = SteadyClock()
    private let running = Mutex<[Driver]>([])
    private let (starts, start) = AsyncStream.makeStream(of: Driver.self)

    /// Long enough that a busy machine renews in time, mostly; nothing depends on it.
    private static let terms = LeaseTerms(lease: .seconds(4))

    private init(_ cluster: PrivateCluster, accounts: Int) throws {
        address = try PostgreSQLAddress(cluster.address)
        self.accounts = Set((1...accounts).map { "account-\($0)" })
    }

    /// Runs the body with the daemons that it starts, and tells them to stop after it.
    static func running(
        accounts: Int, _ body: @escaping @Sendable (FleetScene) async throws -> Void
    ) async throws -> [String] {
        try await SharedCluster.standard.lend { cluster in
            let scene = try FleetScene(cluster, accounts: accounts)
            try await withThrowingTaskGroup { tasks in
                tasks.addTask {
                    await withDiscardingTaskGroup { services in
                        for await driver in scene.starts { services.addTask { await driver.service.run() } }
                    }
                }
                defer { scene.stop() }
                try await body(scene)
                scene.stop()
                try await tasks.waitForAll()
            }
            return scene.ledger.complaints
        }
    }

    private func stop() {
        start.finish()
        for driver in running.withLock({ $0 }) { driver.service.stop() }
    }

    /// - Parameter name: sessions are listed, and ended, under it and the scene's own.
    func daemon(_ name: String) async throws -> Driver {
        let id = DaemonID("\(name)-\(schema.prefix(20))")
        let (address, schema) = (address, schema)
        let store = try await onThread {
            try PostgresStore(at: address, holder: id.description, schema: schema)
        }
        let leases = CutLeases(store.leases(Self.terms))
        let permit = BeginPermit(clock: clock)
        let service = FleetService(
            id, Self.terms, at: leases, commanding: ledger.commands(of: id, permit), permit: permit, clock: clock,
            logger: Logger(label: name, factory: { _ in SwiftLogNoOpLogHandler() }))
        let driver = Driver(id: id, service: service, leases: leases)
        service.goBy(accounts)
        running.withLock { $0.append(driver) }
        start.yield(driver)
        return driver
    }

    /// A session of that daemon in the middle of a transaction of an account, which nobody will go on with.
    func leaveTransaction(of id: DaemonID, on account: String) async throws -> PostgreSQLConnection {
        let (address, schema) = (address, schema)
        return try await onThread {
            let dialling = PostgreSQLDialling(
                applicationName: id.description, patience: .minutes(3), unacknowledged: .seconds(10))
            let session = try PostgreSQLConnection(address, dialling)
            let fence = "SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))"
            for statement in [
                PostgreSQLStatement("begin", "BEGIN"),
                PostgreSQLStatement("lock", fence, [.text(schema), .text(account)]),
            ] {
                _ = try session.query(statement, within: .minutes(3))
            }
            return session
        }
    }
}
