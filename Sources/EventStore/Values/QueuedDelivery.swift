// Events and deliveries as verbs read and write them.

import ChangeFeed

/// A delivery without what it tells.
package struct QueuedDelivery: Sendable, Equatable {
    package let id: Int64
    package let endpoint: Int64
    package var state: DeliveryState
    package var attempts: Int
    /// `webhook-sequence`; nil while it is not certain that it will be sent.
    package var number: Int?

    package init(id: Int64, endpoint: Int64, state: DeliveryState, attempts: Int, number: Int?) {
        self.id = id
        self.endpoint = endpoint
        self.state = state
        self.attempts = attempts
        self.number = number
    }
}

/// What a delivery tells, and what its receiver has.
package struct ToldDelivery: Sendable, Equatable {
    package var id: Int64
    package var resource: Int64
    package var eventSequence: Int
    /// Of its event.
    package var eventType: String
    package var attempts: Int
    package var attemptsBefore: Int
    /// Whether it has its `webhook-sequence` already.
    package var isNumbered: Bool
    package var isReplay: Bool
    /// The record as the receiver last got it; empty where it never did, or where that is not known.
    package var base: [UInt8]
    package var updatedField: FieldPath?
    /// That of what is folded into it, where something is.
    package var toldType: String?
    /// What it tells: its event's own body, or the one in its place. Empty where it cannot be read.
    package var body: [UInt8]
    /// The same, where it is not its event's own.
    package var toldBody: [UInt8]?

    package init(
        id: Int64, resource: Int64, eventSequence: Int, eventType: String, attempts: Int = 0, attemptsBefore: Int = 0,
        isNumbered: Bool = false, isReplay: Bool = false, base: [UInt8] = [],
        updatedField: FieldPath? = nil, toldType: String? = nil, body: [UInt8], toldBody: [UInt8]? = nil
    ) {
        self.id = id
        self.resource = resource
        self.eventSequence = eventSequence
        self.eventType = eventType
        self.attempts = attempts
        self.attemptsBefore = attemptsBefore
        self.isNumbered = isNumbered
        self.isReplay = isReplay
        self.base = base
        self.updatedField = updatedField
        self.toldType = toldType
        self.body = body
        self.toldBody = toldBody
    }

    /// A replay tells what was told.
    package var isFoldable: Bool { !isReplay }
}

/// An event that gets its place in the log.
package struct EventWrite: Sendable, Equatable {
    package let sequence: Int
    package let id: String
    package let record: RecordID
    package let type: String
    package let detectedAt: Instant
    package let body: [UInt8]

    package init(sequence: Int, id: String, record: RecordID, type: String, detectedAt: Instant, body: [UInt8]) {
        self.sequence = sequence
        self.id = id
        self.record = record
        self.type = type
        self.detectedAt = detectedAt
        self.body = body
    }
}

/// A delivery that is made.
package struct DeliveryWrite: Sendable, Equatable {
    package let id: Int64
    package let endpoint: Int64
    package var eventSequence: Int
    /// What it tells, and waits among.
    package var type: String
    /// `webhook-sequence`; nil: it gets it once it is certain that it will be sent.
    package var number: Int?
    /// Deliveries with the same go one after the other.
    package var key: String?
    /// Of a replay: how long before the next.
    package var replaySpacing: Duration?
    package let state: DeliveryState
    package let dueAt: Instant

    package init(
        id: Int64, endpoint: Int64, eventSequence: Int, type: String, number: Int? = nil, key: String? = nil,
        replaySpacing: Duration? = nil, state: DeliveryState, dueAt: Instant
    ) {
        self.id = id
        self.endpoint = endpoint
        self.eventSequence = eventSequence
        self.type = type
        self.number = number
        self.key = key
        self.replaySpacing = replaySpacing
        self.state = state
        self.dueAt = dueAt
    }
}

/// What changes of deliveries; nil leaves it as it is.
package struct DeliveryChange: Sendable, Hashable {
    package var state: DeliveryState?
    package var attempts: Int?
    package var attemptsBefore: Int?
    package var dueAt: Instant?
    package var settledAt: Instant?
    package var number: Int?
    package var eventSequence: Int?
    package var type: String?

    package init() {}
}

/// What is kept of a delivery to an endpoint that coalesces; nil leaves it as it is.
package struct FoldWrite: Sendable, Equatable {
    package let delivery: Int64
    /// Of its event.
    package let resource: Int64
    package var base: Base?
    package var told: Told?
    /// A later delivery tells its news.
    package var isPassedOn = false

    package init(delivery: Int64, resource: Int64) {
        self.delivery = delivery
        self.resource = resource
    }

    /// What the receiver last got.
    package struct Base: Sendable, Equatable {
        /// Nil where it never did, or where that is not known.
        package var content: [UInt8]?
        package var updatedField: FieldPath?

        package init(content: [UInt8]?, updatedField: FieldPath?) {
            self.content = content
            self.updatedField = updatedField
        }
    }

    /// What is told in place of the event's own; nil: that.
    package struct Told: Sendable, Equatable {
        package var type: String?
        package var body: [UInt8]?

        package init(type: String? = nil, body: [UInt8]? = nil) {
            self.type = type
            self.body = body
        }
    }
}
