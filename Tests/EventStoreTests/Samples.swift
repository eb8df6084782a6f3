// Events, endpoints and queues as values, for rules that are tested without any store.

import ChangeFeed
import EventStore

enum Sample {
    static let now = Instant(secondsSince1970: 1_795_536_000)
    static let account = StoredAccount(id: 1, identity: "account-1")
    static let resource = KnownResource(id: 7, plan: plan, eventName: ResourceName("contacts"))

    static let plan = ResourcePlan(
        name: ResourceName("contacts"), typeName: "contact",
        search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
        listing: RequestTarget(path: "/Contacts"), idField: FieldPath("ID"),
        updatedDate: DateField(path: FieldPath("AT"), pattern: .insightly), createdDate: nil,
        interval: .every(.minutes(15)))

    static func endpoint(_ rules: EndpointRules = EndpointRules()) -> StoredEndpoint {
        StoredEndpoint(id: 3, name: "e", rules: rules, heldUntil: nil, health: EndpointHealth(), hasNewTarget: false)
    }

    static func text(_ id: String, _ name: String, at hour: Int = 10) -> [UInt8] {
        Array(#"{"ID":"\#(id)","NAME":"\#(name)","AT":"2026-11-23 \#(hour):00:00"}"#.utf8)
    }

    static func seen(_ id: String, _ name: String, at hour: Int = 10) throws -> SeenRecord {
        guard let seen = SeenRecord(try RawRecord.read(text(id, name, at: hour)), idField: plan.idField) else {
            throw NoID()
        }
        return seen
    }

    struct NoID: Error {}

    /// The announcement of a record's change from one name to another; from nil: of its creation.
    static func telling(_ id: String, from: String?, to name: String, version: Int = 2) throws -> Telling {
        let record = try RawRecord.read(text(id, name))
        guard let from else {
            return Telling(
                Change(kind: .created, recordID: RecordID(id), record: record, changedAt: now), version: 1, before: [])
        }
        let before = text(id, from)
        let changes = RecordDiff.changes(from: try RawRecord.read(before), to: record, updatedDate: FieldPath("AT"))
        return Telling(
            Change(kind: .updated, recordID: RecordID(id), record: record, changedAt: now, changes: changes),
            version: version, before: before)
    }

    static func events(_ tellings: [Telling], after last: Int = 0) -> [NumberedEvent] {
        announcing.numbered(tellings, after: last)
    }

    static let announcing = Announcing(
        resource, of: account, EventTerms(to: [], besides: Claims(), detectedAt: now, at: now))

    /// What becomes of a queue to which these events are added.
    static func queue(
        _ events: [NumberedEvent], _ rules: EndpointRules, _ read: QueueRead, besides claims: Claims = Claims()
    ) -> QueueChange {
        var tails = QueueTails(of: endpoint(rules), read, resource: resource, firstDelivery: 100)
        for event in events { tails.add(event, besides: claims, at: now) }
        return QueueChange(tails.operations)
    }
}

/// The operations on a queue, apart.
struct QueueChange {
    var made: [DeliveryWrite] = []
    var folds: [Int64: FoldWrite] = [:]
    var changes: [Int64: DeliveryChange] = [:]
    var dropped: [Int64] = []
    /// By the delivery that tells as well what another told.
    var retold: [Int64: Int64] = [:]
    var lastNumber: Int?

    init(_ operations: [StoreOperation]) {
        for operation in operations {
            switch operation {
            case .enqueue(let deliveries): made += deliveries
            case .fold(let writes): for write in writes { folds[write.delivery] = write }
            case .change(let new): changes.merge(new) { _, last in last }
            case .dropDeliveries(let ids): dropped += ids
            case .retell(let from, let delivery): retold[delivery] = from
            case .endpoint(_, let change): lastNumber = change.lastNumber ?? lastNumber
            default: break
            }
        }
    }
}
