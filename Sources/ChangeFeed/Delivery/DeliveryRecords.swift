// What passes between the store and the sending of webhooks.

/// An event that is due to be sent.
package struct DueDelivery: Sendable, Equatable, Identifiable {
    /// The delivery's number in the store.
    package var id: Int64
    /// The event's id, `webhook-id` on every attempt.
    package var eventID: String
    package var sequence: Int
    /// The number of this delivery among its endpoint's, without a gap: `webhook-sequence`.
    package var endpointSequence: Int
    /// `contact.updated`, for the log.
    package var type: String
    package var recordID: RecordID
    /// Where somebody asked for it to be sent again: how long before the next such one.
    package var replaySpacing: Duration?
    /// Attempts recorded so far.
    package var attempts: Int
    /// Those of them that were for events whose place this one took.
    package var attemptsBefore: Int
    package var dueAt: Instant
    /// The event's bytes in format `standard`; none where the store holds something else than was written.
    package var body: [UInt8]

    package init(
        id: Int64, eventID: String, sequence: Int, endpointSequence: Int, type: String, recordID: RecordID,
        replaySpacing: Duration? = nil, attempts: Int, attemptsBefore: Int = 0, dueAt: Instant, body: [UInt8]
    ) {
        self.id = id
        self.eventID = eventID
        self.sequence = sequence
        self.endpointSequence = endpointSequence
        self.type = type
        self.recordID = recordID
        self.replaySpacing = replaySpacing
        self.attempts = attempts
        self.attemptsBefore = attemptsBefore
        self.dueAt = dueAt
        self.body = body
    }
}

extension DueDelivery {
    package var isReplay: Bool { replaySpacing != nil }
    package var isReadable: Bool { !body.isEmpty }

    package var traits: DeliveryTraits {
        DeliveryTraits(id: id, type: type, failedBefore: attempts > 0, isReplay: isReplay)
    }
}

/// What tells whether an attempt is likely to succeed, and whose fault it is where it does not.
package struct DeliveryTraits: Sendable, Equatable {
    package var id: Int64
    package var type: String
    package var failedBefore: Bool
    package var isReplay: Bool

    package init(id: Int64, type: String, failedBefore: Bool = false, isReplay: Bool = false) {
        self.id = id
        self.type = type
        self.failedBefore = failedBefore
        self.isReplay = isReplay
    }
}

/// An attempt that ended, with what is to become of its delivery.
package struct AttemptReport: Sendable, Equatable {
    package var deliveryID: Int64
    /// 1 for the first attempt.
    package var number: Int
    package var startedAt: Instant
    package var outcome: AttemptOutcome
    package var disposition: DeliveryPolicy.Disposition

    package init(
        deliveryID: Int64, number: Int, startedAt: Instant, outcome: AttemptOutcome,
        disposition: DeliveryPolicy.Disposition
    ) {
        self.deliveryID = deliveryID
        self.number = number
        self.startedAt = startedAt
        self.outcome = outcome
        self.disposition = disposition
    }
}
