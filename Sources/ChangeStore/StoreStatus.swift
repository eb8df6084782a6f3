// What the store says of the daemon's work, for `status`: read beside a running daemon, never written.

import ChangeFeed
import Foundation
import GRDB

/// The state of an account, as the store holds it.
package struct StoreStatus: Sendable, Equatable {
    package struct Resource: Sendable, Equatable {
        package var name: ResourceName
        package var progress: ResourceProgress
        package var records: [Presence: Int]
        package var pace: ResourcePace
    }

    /// The resources that were ever contacted, by name.
    package var resources: [Resource]
    package var budget: RequestBudget.Memory
    package var queue: QueueDepth
    /// When the oldest event that is not delivered was detected.
    package var oldestOpen: Instant?
    package var endpointHeldUntil: Instant?
    package var endpointHealth: EndpointHealth
    package var lastSequence: Int
}

/// The store of a daemon, which may be running, opened to look or to leave a request.
package struct StoreVisitor: Sendable {
    let path: String
    let queue: DatabaseQueue

    /// - Parameter isReadOnly: what only looks cannot disturb.
    package init(path: String, isReadOnly: Bool) throws(StoreProblem) {
        self.path = path
        // Opened to write, SQLite would make the file.
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unusable(path: path, reason: "it does not exist, or this user may not see it; a daemon makes it")
        }
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = isReadOnly
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read(Schema.isOurs) else { throw StoreProblem.foreign(path: path) }
            guard try queue.read({ try Schema.migrator.hasCompletedMigrations($0) }) else {
                throw StoreProblem.unusable(path: path, reason: "another version of the program wrote it last")
            }
        } catch let problem as StoreProblem {
            throw problem
        } catch {
            throw .unusable(path: path, reason: String(describing: error))
        }
    }

    /// Nil where the account was never used.
    package func status(ofAccount name: String, endpoint: String) throws(StoreProblem) -> StoreStatus? {
        do {
            return try queue.read { db in
                let id = try Int64.fetchOne(db, sql: "SELECT id FROM account WHERE name = ?", arguments: [name])
                return try id.map {
                    try StoreStatus(db, account: StoredAccount(id: $0, identity: ""), endpoint: endpoint)
                }
            }
        } catch {
            throw .unusable(path: path, reason: String(describing: error))
        }
    }
}

extension ChangeStore {
    /// The same, for the daemon itself.
    package func status(of account: StoredAccount, endpoint: String) throws -> StoreStatus {
        try pool.read { try StoreStatus($0, account: account, endpoint: endpoint) }
    }
}

extension StoreStatus {
    fileprivate init(_ db: Database, account: StoredAccount, endpoint: String) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM resource WHERE account_id = ? AND cursor IS NOT NULL ORDER BY name",
            arguments: [account.id])
        resources = try rows.map { row in
            let counts = try Row.fetchAll(
                db, sql: "SELECT presence, count(*) FROM known_record WHERE resource_id = ? GROUP BY presence",
                arguments: [row["id"] as Int64])
            let records = counts.map { (Presence(rawValue: $0[0]) ?? .listed, $0[1] as Int) }
            return Resource(
                name: ResourceName(row["name"]), progress: ResourceProgress(row: row),
                records: Dictionary(records, uniquingKeysWith: +),
                pace: ResourcePace(stored: row["pace"]) ?? ResourcePace())
        }
        budget = try db.budgetMemory(of: account)
        let row = try Row.fetchOne(
            db, sql: "SELECT id, held_until, health FROM endpoint WHERE name = ?", arguments: [endpoint])
        endpointHeldUntil = row?["held_until"]
        endpointHealth = EndpointHealth(stored: row?["health"]) ?? EndpointHealth()
        let endpointID: Int64 = row?["id"] ?? 0
        queue = try db.queueDepth(ofEndpoint: endpointID)
        oldestOpen = try Instant.fetchOne(
            db,
            sql: """
                SELECT detected_at FROM event WHERE sequence = (
                    SELECT min(event_sequence) FROM delivery
                    WHERE endpoint_id = ? AND state IN ('pending', 'waiting'))
                """,
            arguments: [endpointID])
        lastSequence = try Int.fetchOne(db, sql: "SELECT last_sequence FROM event_counter") ?? 0
    }
}
