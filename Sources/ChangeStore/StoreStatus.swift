// What the store says of the daemon's work, for `status`: read beside a running daemon, never written.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

/// The state of an account, as the store holds it.
package struct StoreStatus: Sendable, Equatable {
    package struct Resource: Sendable, Equatable {
        package var name: ResourceName
        package var progress: ResourceProgress
        package var records: [Presence: Int]
        package var pace: ResourcePace
        /// Records whose changes are held, since when, and in which paths.
        package var changesHeld = 0
        package var changesHeldSince: Instant?
        package var changesHeldIn: [String] = []
        /// Records whose changes wait for the end of the poll or the sweep that found them, and since when.
        package var changesOpen = 0
        package var changesOpenSince: Instant?
    }

    /// The resources that were ever contacted, by name.
    package var resources: [Resource]
    package struct Endpoint: Sendable, Equatable {
        package var name: String
        package var queue = QueueDepth(open: 0, dead: 0)
        /// When the oldest event that is not delivered was detected.
        package var oldestOpen: Instant?
        package var heldUntil: Instant?
        package var health = EndpointHealth()
        /// False for one that nobody asked for, and that has a queue.
        package var isConfigured = true

        /// One that nothing was sent to yet.
        package init(name: String) {
            self.name = name
        }
    }

    package var budget: RequestBudget.Memory
    /// In the order they were asked for; then those that have a queue, or dead letters, from a time when they were
    /// configured.
    package var endpoints: [Endpoint]
    package var lastSequence: Int
    /// That are not in the queue yet, in the order in which they are carried out.
    package var replays: [ReplayRequest] = []
}

/// An account in the store of a daemon, which may be running, opened to look or to leave a request.
package struct StoreVisitor: Sendable {
    let path: String
    private(set) var account: String
    private let queue: DatabaseQueue
    private let isReadOnly: Bool
    let packing = Packing()

    /// - Parameters:
    ///   - account: its name. One that no daemon has used yet has nothing in the store.
    ///   - isReadOnly: what only looks cannot disturb.
    package init(path: String, account: String, isReadOnly: Bool) throws(StoreProblem) {
        self.path = path
        self.account = account
        self.isReadOnly = isReadOnly
        // Opened to write, SQLite would make the file.
        let access = access(path, isReadOnly ? R_OK : R_OK | W_OK) == 0 ? 0 : errno
        if let problem = StoreProblem(access: access, path: path) { throw problem }
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = isReadOnly
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { [packing] db in packing.addFunctions(to: db) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read(Schema.isOurs) else { throw StoreProblem.foreign(path: path) }
            guard try queue.read({ try Schema.migrator.hasCompletedMigrations($0) }) else {
                throw StoreProblem.unusable(path: path, reason: "another version of the program wrote it last")
            }
        } catch {
            throw StoreProblem(error, path: path)
        }
    }

    /// The same, of another account of the store.
    package func visitor(of account: String) -> StoreVisitor {
        var other = self
        other.account = account
        return other
    }

    /// Nil where the account was never used.
    package func status(endpoints: [String]) throws(StoreProblem) -> StoreStatus? {
        try visit { db in
            try db.account(named: account).map { try StoreStatus(db, account: $0, endpoints: endpoints) }
        }
    }

    /// What is known of the account's requests; nil where it was never used.
    package func budget() throws(StoreProblem) -> RequestBudget.Memory? {
        try visit { db in try db.account(named: account).map { try db.budgetMemory(of: AccountRows($0)) } }
    }

    /// Which rows are the account's.
    func rows(in db: Database) throws -> AccountRows { AccountRows(id: try db.account(named: account)?.id) }

    /// For a statement that SQLite runs in no transaction but its own.
    func visitAlone<Answer>(_ work: (Database) throws -> Answer) throws -> Answer {
        try queue.writeWithoutTransaction(work)
    }

    /// One transaction, which writes where the store was opened for that.
    func visit<Answer>(_ work: (Database) throws -> Answer) throws(StoreProblem) -> Answer {
        do {
            // What the daemon has trained meanwhile is needed for what it has written meanwhile.
            let visit = { (db: Database) in
                try packing.load(db)
                return try work(db)
            }
            return try isReadOnly ? queue.read(visit) : queue.write(visit)
        } catch {
            throw StoreProblem(error, path: path)
        }
    }
}

extension AccountStore {
    /// The same, for the daemon itself.
    package func status(endpoints: [String]) throws -> StoreStatus {
        try store.pool.read { try StoreStatus($0, account: account, endpoints: endpoints) }
    }
}

extension StoreStatus {
    fileprivate init(_ db: Database, account: StoredAccount, endpoints: [String]) throws {
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT * FROM resource WHERE account_id = ? AND cursor IS NOT NULL AND set_aside_at IS NULL ORDER BY name",
            arguments: [account.id])
        resources = try rows.map { row in
            let counts = try Row.fetchAll(
                db, sql: "SELECT presence, count(*) FROM known_record WHERE resource_id = ? GROUP BY presence",
                arguments: [row["id"] as Int64])
            let records = try counts.map { counted in
                guard let presence = Presence(stored: counted[0]) else {
                    throw UnreadableRow("presence", of: "known records of the resource", row["name"])
                }
                return (presence, counted[1] as Int)
            }
            var resource = Resource(
                name: ResourceName(row["name"]), progress: ResourceProgress(row: row),
                records: Dictionary(records, uniquingKeysWith: +),
                pace: (row["pace"] as String?).flatMap(StoredPace.value) ?? ResourcePace())
            let held = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS records, min(held_since) AS since FROM unstamped_change
                    WHERE resource_id = ? AND state = 'held'
                    """,
                arguments: [row["id"] as Int64])
            if let held, (held["records"] as Int) > 0 {
                (resource.changesHeld, resource.changesHeldSince) = (held["records"], held["since"])
                resource.changesHeldIn = try db.heldPaths(ofResource: row["id"])
            }
            let open = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS records, min(held_since) AS since FROM unstamped_change
                    WHERE resource_id = ? AND state = 'open'
                    """,
                arguments: [row["id"] as Int64])
            if let open { (resource.changesOpen, resource.changesOpenSince) = (open["records"], open["since"]) }
            return resource
        }
        budget = try db.budgetMemory(of: AccountRows(account))
        self.endpoints = try endpoints.map { try Endpoint(db, name: $0, of: account) }
        self.endpoints += try db.endpointsBeside(endpoints, of: account).map { name in
            var endpoint = try Endpoint(db, name: name, of: account)
            endpoint.isConfigured = false
            return endpoint
        }
        lastSequence = try db.lastSequence(of: AccountRows(account))
        replays = try SQLiteTransaction(db, Packing(), AccountRows(account)).requests([.replay]).compactMap { request in
            guard case .replay(let replay) = request.wish else { return nil }
            return replay
        }
    }
}

extension StoreStatus.Endpoint {
    fileprivate init(_ db: Database, name: String, of account: StoredAccount) throws {
        self.init(name: name)
        let row = try Row.fetchOne(
            db, sql: "SELECT id, held_until, health FROM endpoint WHERE account_id = ? AND name = ?",
            arguments: [account.id, name])
        guard let row else { return }
        let id: Int64 = row["id"]
        heldUntil = row["held_until"]
        health = EndpointHealth(column: row["health"])
        queue = try db.queueDepth(ofEndpoint: id)
        // What waits, waits for one that is older and pending.
        oldestOpen = try Instant.fetchOne(
            db,
            sql: """
                SELECT detected_at FROM event WHERE sequence = (
                    SELECT event_sequence FROM delivery WHERE id = (
                        SELECT min(id) FROM delivery WHERE endpoint_id = ? AND is_replay = 0 AND state = 'pending'))
                """,
            arguments: [id])
    }
}
