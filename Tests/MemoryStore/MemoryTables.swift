// What the store in memory holds.

import ChangeFeed
import EventStore

/// The rows of one account by their keys.
struct MemoryTables: Sendable {
    struct Account: Sendable {
        var identity: String
        var instance: String?
        var budget = RequestBudget.Memory()
        var buckets: [Int64: [RequestPurpose: Int]] = [:]
        var others: [Int64: Int] = [:]
        /// Of one that was moved here from a store that has any.
        var fingerprintSeed: [UInt8]?
    }

    struct Resource: Sendable {
        var name: ResourceName
        var eventName: ResourceName?
        var setAsideAt: Instant?
        /// What one that is set aside was called.
        var called: ResourceName?
        var source: RecordSource?
        var progress: ResourceProgress?
        var pace: ResourcePace?
        var records: [RecordID: Record] = [:]
        var found: Set<RecordID> = []
        var swept: [Int: Set<RecordID>] = [:]
        var unstamped: [RecordID: Unstamped] = [:]
        var verdicts: [UnstampedVerdict] = []
    }

    struct Record: Sendable {
        var summary: KnownSummary
        var content: [UInt8]
    }

    struct Unstamped: Sendable {
        var reading: Reading
        var state: UnstampedState
        var heldSince: Instant?
        var content: [UInt8]
        var paths: Set<String>
        /// In the order in which they were kept.
        var serial: Int
    }

    struct Endpoint: Sendable {
        var name: String
        var order: DeliveryOrder
        var target: Fingerprint?
        var lastNumber = 0
        var heldUntil: Instant?
        var health: EndpointHealth?
    }

    struct Event: Sendable {
        var write: EventWrite
        var resource: Int64
    }

    struct Delivery: Sendable {
        var write: DeliveryWrite
        var state: DeliveryState
        var dueAt: Instant
        var attempts = 0
        var attemptsBefore = 0
        var settledAt: Instant?
        var fold: Fold?
        var log: [Int: AttemptReport] = [:]

        var isOpen: Bool { state == .pending || state == .waiting }
    }

    struct Fold: Sendable {
        var base: FoldWrite.Base?
        var told = FoldWrite.Told()
        var isPassedOn = false
    }

    var account: Account
    var resources: [Int64: Resource] = [:]
    var endpoints: [Int64: Endpoint] = [:]
    var events: [Int: Event] = [:]
    var lastSequence = 0
    var deliveries: [Int64: Delivery] = [:]
    var requests: [Int64: OperatorRequest] = [:]
    var lastUnstamped = 0
}
