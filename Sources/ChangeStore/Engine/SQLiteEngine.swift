// SQLite as an engine of the store: verbs run in its transactions.

import EventStore
import GRDB
import StoredForms

/// One transaction. It answers and writes what the rules ask, and has none of its own.
final class SQLiteTransaction: StoreTransaction {
    let db: Database
    let packing: Packing
    /// Whose rows it sees.
    let rows: AccountRows
    private var packings: [Int64: RecordPacking] = [:]

    init(_ db: Database, _ packing: Packing, _ rows: AccountRows) {
        self.db = db
        self.packing = packing
        self.rows = rows
    }

    /// How rows of a resource are packed in this transaction.
    ///
    /// - Parameter fresh: what is about to be written.
    func packing(of resource: KnownResource, fresh: [RecordWrite] = []) -> RecordPacking {
        if let known = packings[resource.id] { return known }
        let made = RecordPacking(
            on: SQLiteShelf(db: db), packing, plan: resource.plan, resource: resource.id, fresh: fresh)
        packings[resource.id] = made
        return made
    }

    func write(_ batch: [StoreOperation]) throws {
        for operation in batch { try carryOut(operation) }
    }

    private func carryOut(_ operation: StoreOperation) throws {
        switch operation {
        case .instance(let instance):
            try execute("UPDATE account SET instance = ? WHERE id = ?", [instance, rows.account])
        case .identity(let identity):
            try execute("UPDATE account SET identity = ? WHERE id = ?", [identity, rows.account])
        case .forgetSources:
            try execute("UPDATE resource SET id_field = NULL WHERE account_id = ?", [rows.account])
        case .countRequest(let purpose, let bucket): try count(purpose, in: bucket)
        case .othersUse(let requests, let bucket): try others(use: requests, in: bucket)
        case .keepUsage(let buckets): try keepUsage(buckets)
        case .budget(let memory): try write(memory)
        case .adopt(let step, let now): try carryOut(step, at: now)
        case .introduce(let resource): try introduce(resource)
        case .identify(let id, let name, let source): try identify(id, as: name, source)
        case .progress(let progress, let id): try write(progress, of: id)
        case .pace(let pace, let id): try write(pace, of: id)
        case .records(let writes, let resource): try write(writes, of: resource)
        case .presence(let ids, let resource, let presence): try set(presence, of: ids, in: resource)
        case .move(let selection, let presence, let limit): try move(selection, to: presence, limit: limit)
        case .found(let ids, let resource): try insert(ids, into: "newly_unlisted", of: resource)
        case .forgetFound(let ids, let resource): try delete(ids, from: "newly_unlisted", of: resource)
        case .keepFound(let presences, let resource): try keepFound(presences, of: resource)
        case .swept(let ids, let resource, let sweep): try markSwept(ids, in: resource, by: sweep)
        case .keepUnstamped(let writes, let resource, let moment): try keep(writes, of: resource, foundAt: moment)
        case .forgetUnstamped(let ids, let resource): try delete(ids, from: "unstamped_change", of: resource)
        case .decideUnstamped(let ids, let resource, let state, let since):
            try decide(ids, of: resource, state, heldSince: since)
        case .settleHeld(let ids, let resource, let state): try decide(ids, of: resource, state)
        case .findOpen(let resource, let moment): try findOpen(of: resource, at: moment)
        case .verdict(let verdict, let resource): try insert(verdict, of: resource)
        case .endVerdict(let reading, let resource): try endVerdict(on: reading, of: resource)
        case .log(let events, let resource): try log(events, of: resource)
        case .enqueue(let deliveries): try enqueue(deliveries)
        case .change(let changes): try apply(changes)
        case .fold(let folds): try fold(folds)
        case .retell(let from, let delivery): try retell(from: from, in: delivery)
        case .dropDeliveries(let ids): try drop(ids)
        case .attempts(let reports): try record(reports)
        case .makeDue(let endpoint): try makeDue(triedOf: endpoint)
        case .openEndpoint(let id, let name, let order):
            try execute(
                "INSERT INTO endpoint (id, account_id, name, delivery_order) VALUES (?, ?, ?, ?)",
                [id, rows.account, name, order.stored])
        case .limitDue(let endpoint, let wasTried, let limit): try limitDue(of: endpoint, wasTried: wasTried, to: limit)
        case .rekey(let deliveries): try rekey(deliveries)
        case .endpoint(let id, let change): try apply(change, toEndpoint: id)
        case .dropEvents(let sequences): try dropEvents(sequences)
        case .forgetSwept(let ids, let resource, let sweep): try forgetSwept(ids, of: resource, sweep: sweep)
        case .forgetSource(let resource):
            try execute("UPDATE resource SET id_field = NULL WHERE id = ?", [resource])
        case .forgetRows(let resource, let limit): try forgetRows(of: resource, limit: limit)
        case .ask(let request): try insert(request)
        case .update(let id, let wish): try update(id, wish)
        case .endRequests(let ids): try end(ids)
        case .fingerprintSeed, .ledger, .resource, .unreadable, .lastSequence: try carryOutOfMoving(operation)
        }
    }
}
