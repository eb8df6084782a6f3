// A delivery as lists show it.

import ChangeFeed

/// A delivery as a list shows it.
package struct ListedDelivery: Sendable, Equatable {
    package let id: Int64
    package let endpoint: String
    package let eventID: String
    package let sequence: Int
    /// `webhook-sequence`; nil while it is not certain that it will be sent.
    package let endpointSequence: Int?
    package let type: String
    package let resource: String
    package let record: RecordID
    package let state: DeliveryState
    package let isReplay: Bool
    package let attempts: Int
    package let detectedAt: Instant
    /// Of one that is pending.
    package let dueAt: Instant?
    package let settledAt: Instant?
    /// What came of the last attempt: a status, or the class of its failure.
    package let lastResult: String?

    package init(
        id: Int64, endpoint: String, eventID: String, sequence: Int, endpointSequence: Int?, type: String,
        resource: String, record: RecordID, state: DeliveryState, isReplay: Bool, attempts: Int, detectedAt: Instant,
        dueAt: Instant?, settledAt: Instant?, lastResult: String?
    ) {
        self.id = id
        self.endpoint = endpoint
        self.eventID = eventID
        self.sequence = sequence
        self.endpointSequence = endpointSequence
        self.type = type
        self.resource = resource
        self.record = record
        self.state = state
        self.isReplay = isReplay
        self.attempts = attempts
        self.detectedAt = detectedAt
        self.dueAt = dueAt
        self.settledAt = settledAt
        self.lastResult = lastResult
    }
}

/// An attempt as it is shown.
package struct ListedAttempt: Sendable, Equatable {
    package let number: Int
    package let startedAt: Instant
    package let duration: Duration
    package let phases: AttemptPhases
    package let status: Int?
    package let failure: String?
    package let detail: String?
    package let answer: [UInt8]

    package init(
        number: Int, startedAt: Instant, duration: Duration, phases: AttemptPhases, status: Int?, failure: String?,
        detail: String?, answer: [UInt8]
    ) {
        self.number = number
        self.startedAt = startedAt
        self.duration = duration
        self.phases = phases
        self.status = status
        self.failure = failure
        self.detail = detail
        self.answer = answer
    }
}

/// A delivery with all that is known of it.
package struct ShownDelivery: Sendable, Equatable {
    package let delivery: ListedDelivery
    /// In the order of their numbers.
    package let attempts: [ListedAttempt]
    /// What it tells, in format `standard`: its event's own body, or the one in its place. Empty where it cannot be read.
    package let body: [UInt8]

    package init(delivery: ListedDelivery, attempts: [ListedAttempt], body: [UInt8]) {
        self.delivery = delivery
        self.attempts = attempts
        self.body = body
    }
}

/// What a list is to hold: all that every condition given admits.
package struct ListFilter: Sendable {
    package var state: DeliveryState?
    package var endpoint: String?
    package var eventID: String?
    /// Patterns such as `contact.*`
    package var types: [EventTypePattern] = []
    package var limit = 50

    package init() {}
}
