// One verb: its questions go out one by one, and what it has written goes out at the end, all at once.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

/// What a verb reads, and has written so far.
///
/// Nobody else writes what is the account's: what is read before the transaction begins holds in it. A question about
/// something that the verb has written itself is answered by a rehearsal: everything is written, the question asked, and all
/// of it undone, in one exchange.
final class PostgresTransaction: StoreTransaction {
    let link: AccountLink
    private var packings: [Int64: RecordPacking] = [:]
    var written: [PostgreSQLStatement] = []
    /// How many rows were added to tables that grow large.
    private(set) var addedRows = 0
    private var areas: Set<Area> = []
    private var state: SmallState?
    /// What was written since the small state was read.
    private var areasSinceState: Set<Area> = []
    /// By the endpoint, of which types deliveries wait; nothing once deliveries were written.
    var waiting: [Int64: [QueueLane: [String]]] = [:]
    /// What is to be done once everything is kept.
    private(set) var afterwards: [@Sendable () -> Void] = []

    init(_ link: AccountLink) {
        self.link = link
    }

    var schema: String { link.schema }
    /// The first parameter of nearly all statements.
    var account: PostgreSQLValue { .int8(link.account) }
    var packing: Packing { link.packing }

    // MARK: - Questions

    /// - Parameter about: everything that the answer depends on.
    func ask(_ statement: PostgreSQLStatement, about asked: Set<Area>) throws -> PostgreSQLRows {
        guard !areas.isDisjoint(with: asked) || link.rehearsesAlways && !written.isEmpty else {
            return try link.read([statement])[0]
        }
        return try link.rehearse(written + [statement])[written.count]
    }

    func ask(
        _ name: String, _ sql: String, _ parameters: [PostgreSQLValue] = [], about areas: Set<Area>
    ) throws -> PostgreSQLRows {
        try ask(PostgreSQLStatement(name, sql, [account] + parameters), about: areas)
    }

    /// What there is little of, read all at once.
    func small(_ area: Area) throws -> SmallState {
        if let state, !areasSinceState.contains(area) { return state }
        let statements = SmallState.statements(of: account, in: schema)
        let isUntouched = areas.isEmpty || areas.isDisjoint(with: SmallState.areas)
        let answers =
            isUntouched
            ? try link.read(statements) : Array(try link.rehearse(written + statements)[written.count...])
        let read = try SmallState(answers)
        state = read
        areasSinceState = []
        return read
    }

    // MARK: - Writing

    func write(_ batch: [StoreOperation]) throws {
        for operation in batch {
            try carryOut(operation)
            areas.formUnion(operation.areas)
            areasSinceState.formUnion(operation.areas)
            if operation.areas.contains(.deliveries) { waiting = [:] }
            addedRows += operation.addedRows
        }
    }

    func add(_ name: String, _ sql: String, _ parameters: [PostgreSQLValue]) {
        written.append(PostgreSQLStatement(name, sql, [account] + parameters))
    }

    func afterwards(_ work: @escaping @Sendable () -> Void) { afterwards.append(work) }

    /// How rows of a resource are packed in this transaction.
    ///
    /// - Parameter fresh: what is about to be written.
    func packing(of resource: KnownResource, fresh: [RecordWrite] = []) -> RecordPacking {
        if let known = packings[resource.id] { return known }
        let made = RecordPacking(
            on: PostgresShelf(self), packing, plan: resource.plan, resource: resource.id, fresh: fresh)
        packings[resource.id] = made
        return made
    }

    private func carryOut(_ operation: StoreOperation) throws {
        switch operation {
        case .instance(let instance):
            add("instance", "UPDATE \(schema).account SET instance = $2 WHERE id = $1", [.text(instance)])
        case .identity(let identity):
            add("identity", "UPDATE \(schema).account SET identity = $2 WHERE id = $1", [.text(identity)])
        case .forgetSources: add("sources", "UPDATE \(schema).resource SET id_field = NULL WHERE account_id = $1", [])
        case .countRequest(let purpose, let bucket): count(purpose, in: bucket)
        case .othersUse(let requests, let bucket): others(use: requests, in: bucket)
        case .keepUsage(let buckets): keepUsage(buckets)
        case .budget(let memory): write(memory)
        case .adopt(let step, let now): carryOut(step, at: now)
        case .introduce(let resource): introduce(resource)
        case .identify(let id, let name, let source): identify(id, as: name, source)
        case .progress(let progress, let id): write(progress, of: id)
        case .pace(let pace, let id): write(pace, of: id)
        case .records(let writes, let resource): try write(writes, of: resource)
        case .presence(let ids, let resource, let presence): set(presence, of: ids, in: resource)
        case .move(let selection, let presence, let limit): move(selection, to: presence, limit: limit)
        case .found(let ids, let resource): insert(ids, into: "newly_unlisted", of: resource)
        case .forgetFound(let ids, let resource): delete(ids, from: "newly_unlisted", of: resource)
        case .keepFound(let presences, let resource): keepFound(presences, of: resource)
        case .swept(let ids, let resource, let sweep): markSwept(ids, in: resource, by: sweep)
        default: try carryOutOfUnstamped(operation)
        }
    }

    private func carryOutOfUnstamped(_ operation: StoreOperation) throws {
        switch operation {
        case .keepUnstamped(let writes, let resource, let moment): try keep(writes, of: resource, foundAt: moment)
        case .forgetUnstamped(let ids, let resource): forgetUnstamped(ids, of: resource)
        case .decideUnstamped(let ids, let resource, let state, let since):
            decide(ids, of: resource, state, heldSince: since)
        case .settleHeld(let ids, let resource, let state): decide(ids, of: resource, state)
        case .findOpen(let resource, let moment): findOpen(of: resource, at: moment)
        case .verdict(let verdict, let resource): try insert(verdict, of: resource)
        case .endVerdict(let reading, let resource): endVerdict(on: reading, of: resource)
        case .forgetSwept(let ids, let resource, let sweep): forgetSwept(ids, of: resource, sweep: sweep)
        case .forgetSource(let resource):
            add(
                "source", "UPDATE \(schema).resource SET id_field = NULL WHERE account_id = $1 AND id = $2",
                [.int8(resource)])
        case .forgetRows(let resource, let limit): try forgetRows(of: resource, limit: limit)
        case .ask(let request): insert(request)
        case .update(let id, let wish): update(id, wish)
        case .endRequests(let ids): end(ids)
        default: try carryOutOnQueues(operation)
        }
    }

    private func carryOutOnQueues(_ operation: StoreOperation) throws {
        switch operation {
        case .log(let events, let resource): try log(events, of: resource)
        case .enqueue(let deliveries): enqueue(deliveries)
        case .change(let changes): apply(changes)
        case .fold(let folds): fold(folds)
        case .retell(let from, let delivery): retell(from: from, in: delivery)
        case .dropDeliveries(let ids): drop(ids)
        case .attempts(let reports): record(reports)
        case .makeDue(let endpoint): makeDue(triedOf: endpoint)
        case .openEndpoint(let id, let name, let order): open(id, named: name, order)
        case .limitDue(let endpoint, let wasTried, let limit): limitDue(of: endpoint, wasTried: wasTried, to: limit)
        case .rekey(let deliveries): rekey(deliveries)
        case .endpoint(let id, let change): apply(change, toEndpoint: id)
        case .dropEvents(let sequences): dropEvents(sequences)
        default: carryOutOfMoving(operation)
        }
    }

    private func carryOutOfMoving(_ operation: StoreOperation) {
        switch operation {
        case .fingerprintSeed(let seed): take(fingerprintSeed: seed)
        case .ledger(let ledger): take(ledger)
        case .resource(let resource): take(resource)
        case .unreadable(let writes, let resource): take(unreadable: writes, of: resource)
        case .lastSequence(let last):
            add("last event", "UPDATE \(schema).account SET last_sequence = $2 WHERE id = $1", [.int(last)])
        default: preconditionFailure("\(operation) is carried out by nothing")
        }
    }
}
