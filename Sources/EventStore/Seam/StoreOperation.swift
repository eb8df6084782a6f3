// What a verb has written: operations on sets, each of which an engine carries out in a few statements.

import ChangeFeed

/// One kind of change of what is kept, for a whole set of rows. None of them decides anything.
package enum StoreOperation: Sendable {
    // Accounts and resources
    case instance(String)
    case identity(String)
    /// Of no resource it is known any more what its records are.
    case forgetSources
    /// One more of a purpose, in a bucket of the ledger.
    case countRequest(RequestPurpose, bucket: Int64)
    /// What others than us have used in a bucket.
    case othersUse(requests: Int, bucket: Int64)
    /// Forgets what was counted in other buckets.
    case keepUsage(ClosedRange<Int64>)
    /// All but what is counted request by request.
    case budget(RequestBudget.Memory)
    /// What is set aside gives its name away, and what was asked about it is forgotten; what its events are called stays.
    case adopt(ResourceAdoption.Step, at: Instant)
    /// A resource that is met for the first time, with its number.
    case introduce(NewResource)
    /// What was there before it had a name in ids, an object and an id field.
    case identify(resource: Int64, eventName: ResourceName, source: RecordSource)
    case progress(ResourceProgress, resource: Int64)
    case pace(ResourcePace, resource: Int64)

    // Records
    /// What is known of each, from now on. Each stands in it once.
    case records([RecordWrite], of: KnownResource)
    case presence([RecordID], of: Int64, Presence)
    /// The same for all that the selection admits, but for no more than `limit`.
    case move(RecordSelection, to: Presence, limit: Int?)
    /// Lists lacked them, and they are there.
    case found([RecordID], of: Int64)
    case forgetFound([RecordID], of: Int64)
    /// Forgets which were found of those whose presence is another.
    case keepFound(Set<Presence>, of: Int64)
    /// A sweep has met them.
    case swept([RecordID], of: Int64, sweep: Int)

    // Changes without a stamp
    case keepUnstamped([UnstampedWrite], of: KnownResource, foundAt: Instant)
    case forgetUnstamped([RecordID], of: Int64)
    case decideUnstamped([RecordID], of: Int64, UnstampedState, heldSince: Instant?)
    /// What was held is to be told or learned; since when it was held stays known.
    case settleHeld([RecordID], of: Int64, UnstampedState)
    /// Of changes that wait for the end of a reading: found at that moment, where that is not known, or said to be later.
    case findOpen(of: Int64, at: Instant)
    case verdict(UnstampedVerdict, of: Int64)
    case endVerdict(Reading, of: Int64)

    // The log and the queues
    case log([EventWrite], of: KnownResource)
    case enqueue([DeliveryWrite])
    /// By the delivery.
    case change([Int64: DeliveryChange])
    /// Each delivery stands in it once.
    case fold([FoldWrite])
    /// What the first delivery tells in place of its event's own, the second tells as well, also where it cannot be read now.
    case retell(from: Int64, in: Int64)
    case dropDeliveries([Int64])
    case attempts([AttemptReport])
    /// What of an endpoint waits for another attempt is due at once.
    case makeDue(triedOf: Int64)
    case openEndpoint(Int64, name: String, DeliveryOrder)
    case endpoint(Int64, EndpointChange)
    /// What of an endpoint would be due later is due then: of what was tried, what may go, and else all that is open.
    case limitDue(of: Int64, wasTried: Bool, to: Instant)
    /// Other keys and states for what is open.
    case rekey([OpenDelivery])

    // What is let go
    /// Events that no delivery is about.
    case dropEvents([Int])
    /// That a sweep has met them.
    case forgetSwept([RecordID], of: Int64, sweep: Int)
    /// Of a resource it is known no more what its records are.
    case forgetSource(of: Int64)
    /// At most so many rows of what is kept of the records of a resource.
    case forgetRows(of: Int64, limit: Int)

    // What comes from another store, whose numbers and words it keeps
    /// By which all records of the store are known; nil where nobody knows any more.
    case fingerprintSeed([UInt8]?)
    /// All that was counted, where nothing was yet.
    case ledger(QuotaLedger)
    case resource(MovedResource)
    /// What is known of records whose content cannot be read. None of them is there yet.
    case unreadable([RecordWrite], of: Int64)
    case lastSequence(Int)

    // What is asked of the daemon
    case ask(OperatorRequest)
    case update(request: Int64, OperatorRequest.Wish)
    case endRequests([Int64])
}

/// What is to be kept of an endpoint; nil leaves it as it is.
package struct EndpointChange: Sendable, Equatable {
    package var lastNumber: Int?
    package var health: EndpointHealth?
    package var heldUntil: Hold?
    package var order: DeliveryOrder?
    package var target: Fingerprint?

    package enum Hold: Sendable, Equatable {
        case none
        case until(Instant)
    }

    package init(lastNumber: Int? = nil, health: EndpointHealth? = nil, heldUntil: Hold? = nil) {
        self.lastNumber = lastNumber
        self.health = health
        self.heldUntil = heldUntil
    }
}

extension StoreOperation {
    /// The same change of each.
    package static func change(_ deliveries: [Int64], _ change: DeliveryChange) -> StoreOperation {
        .change(Dictionary(deliveries.map { ($0, change) }, uniquingKeysWith: { first, _ in first }))
    }
}
