// A store by the address of its database.

import ChangeFeed
import EventStore
import PostgreSQLClient
import Synchronization

package struct PostgresLocation: StoreLocation {
    let address: PostgreSQLAddress
    let schema: String
    /// What the server lists the sessions of this process under.
    package let holder: String
    /// What is known of promotions, of all that is opened here.
    let timelines: TimelineWatch
    private let visited = VisitedStore()
    /// Writes a copy of it into a file, where anybody here knows how files are written.
    let copying: StoreCopying?

    package init(
        _ address: PostgreSQLAddress, holder: String = "insightly-webhooks",
        schema: String = PostgresStore.standardSchema, timelines: TimelineWatch = TimelineWatch(),
        copying: StoreCopying? = nil
    ) {
        self.timelines = timelines
        self.copying = copying
        self.address = address
        self.holder = holder
        self.schema = schema
    }

    package var place: String { address.description }
    package var words: [StoreTrouble: String] { PostgresTroubles.words }
    package var isShared: Bool { true }

    package func open() throws(StoreProblem) -> any StateStore {
        timelines.keep()
        return try store(making: true)
    }

    package func openExisting() throws(StoreProblem) -> any StateStore { try store(making: false) }

    package func openAlone() throws(StoreProblem) -> any StateStore {
        let store = try store(making: false)
        do { try store.requireNobodyElse() } catch { throw StoreProblem(postgres: error, at: place) }
        return store
    }

    package func openTarget(movedFrom source: String) throws(StoreProblem) -> any StateStore {
        do { return try PostgresStore(at: self, making: true, movedFrom: source) } catch {
            throw StoreProblem(postgres: error, at: place)
        }
    }

    package func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor {
        // To connect takes longer than most of what visitors ask, and a daemon's server has visitors all the time.
        PostgresVisitor(
            store: try visited.store { () throws(StoreProblem) in try store(making: false) }, account: account,
            location: self)
    }

    package func inspect() throws(StoreProblem) -> [String] {
        let pool = PostgresStore.pool(at: self)
        defer { pool.close() }
        do { try pool.lend { try StoreSchema(name: schema).inspect(on: $0) } } catch {
            throw StoreProblem(postgres: error, at: place)
        }
        return pool.warnings.map(\.words) + (timelines.problem.map { [$0] } ?? [])
    }

    /// Removes the tables with all that is in them, for tests that made a schema of their own.
    package func drop() throws {
        let store = try PostgresStore(at: self, making: false)
        defer { store.finish() }
        let drop = PostgreSQLStatement("schema", "DROP SCHEMA \(schema) CASCADE")
        _ = try store.pool.lend { try $0.queries([drop], within: PostgresLimits.patience) }
    }

    private func store(making: Bool) throws(StoreProblem) -> PostgresStore {
        do { return try PostgresStore(at: self, making: making) } catch {
            throw StoreProblem(postgres: error, at: place)
        }
    }
}

/// Opened by the first visitor, and kept for the others of this process.
private final class VisitedStore: Sendable {
    private let opened = Mutex<PostgresStore?>(nil)

    func store(_ open: () throws(StoreProblem) -> PostgresStore) throws(StoreProblem) -> PostgresStore {
        if let store = opened.withLock({ $0 }) { return store }
        // Of two that come at once, each opens one, and one of these is kept.
        let store = try open()
        opened.withLock { $0 = store }
        return store
    }
}

// MARK: - What its daemon holds of it

extension PostgresStore: StateStore {
    package var warnings: [String] { pool.warnings.map(\.words) + (place.timelines.problem.map { [$0] } ?? []) }

    /// Another one behind the same address is known by its timeline, when it is connected to.
    package func requireSameStore() throws(StoreProblem) {}

    package func dropUnneeded() throws -> Bool { try pruneBatches() }

    /// PostgreSQL's own vacuum does that.
    package func giveRoomBack() throws -> Bool { false }

    package func whenHeldUp(_ tell: @escaping @Sendable (StoreFailure) -> Void) { pool.whenInDoubt(tell) }

    package func failure(behind error: any Error) -> StoreFailure? { StoreFailure(postgres: error) }

    package func problem(behind error: any Error) -> StoreProblem {
        StoreProblem(postgres: error, at: location.place)
    }

    package func anotherInstance(known: String, found: String) -> StoreProblem {
        StoreProblem(
            """
            the state store \(location.place) is that of the Insightly instance "\(known)", and the API key leads to \
            "\(found)": nothing is polled, for records of the two have nothing in common. Put the key and the pod of \
            "\(known)" back, or give this account another name. Is it the same instance by another name: \
            `insightly-webhooks resume --instance NAME`, NAME being the new one. Is this account to go on with another \
            instance, and to learn it from the beginning: the same with --anew
            """)
    }
}

extension PostgreSQLServer.Warning {
    fileprivate var words: String {
        switch self {
        case .fsyncOff:
            "PostgreSQL runs with fsync = off: what it has acknowledged may be lost when its machine stops. Set it to on"
        case .noSynchronousStandby(let names):
            """
            PostgreSQL waits for a synchronous standby (synchronous_standby_names = '\(names)'), and none is connected: \
            nothing is committed until one is. See pg_stat_replication; a standby that was promoted may wait for itself
            """
        }
    }
}
