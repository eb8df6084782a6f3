// What an account's rows are where they are carried from one store to another: all that is kept, and nothing of how.

import ChangeFeed

/// A resource, whether it is polled, was never contacted or is set aside.
package struct MovedResource: Sendable, Equatable {
    package var id: Int64
    /// No other of the account has it; that of one that is set aside is nobody's any more.
    package var name: ResourceName
    /// What one that is set aside was called.
    package var called: ResourceName?
    package var eventName: ResourceName?
    package var source: RecordSource?
    package var setAsideAt: Instant?
    /// Nil where it was never contacted.
    package var progress: ResourceProgress?
    package var pace: ResourcePace?

    package init(
        id: Int64, name: ResourceName, called: ResourceName? = nil, eventName: ResourceName? = nil,
        source: RecordSource? = nil, setAsideAt: Instant? = nil, progress: ResourceProgress? = nil,
        pace: ResourcePace? = nil
    ) {
        self.id = id
        self.name = name
        self.called = called
        self.eventName = eventName
        self.source = source
        self.setAsideAt = setAsideAt
        self.progress = progress
        self.pace = pace
    }
}

/// A change without a stamp that is kept.
package struct MovedChange: Sendable, Equatable {
    /// The order in which they were kept; of this store alone.
    package let serial: Int64
    package let id: RecordID
    package let reading: Reading
    package let state: UnstampedState
    package let heldSince: Instant?
    /// None where it cannot be read.
    package let content: [UInt8]
    package let paths: Set<String>

    package init(
        serial: Int64, id: RecordID, reading: Reading, state: UnstampedState, heldSince: Instant?, content: [UInt8],
        paths: Set<String>
    ) {
        self.serial = serial
        self.id = id
        self.reading = reading
        self.state = state
        self.heldSince = heldSince
        self.content = content
        self.paths = paths
    }
}

package struct MovedEvent: Sendable, Equatable {
    /// Its body is none where that cannot be read.
    package let event: EventWrite
    package let resource: Int64

    package init(_ event: EventWrite, of resource: Int64) {
        self.event = event
        self.resource = resource
    }
}

/// A delivery with its attempts and what is folded into it.
package struct MovedDelivery: Sendable, Equatable {
    package var delivery: DeliveryWrite
    package let attempts: Int
    package let attemptsBefore: Int
    package let settledAt: Instant?
    /// Of its event.
    package let resource: Int64
    package let fold: MovedFold?
    /// In the order of their numbers.
    package let log: [ListedAttempt]

    package init(
        _ delivery: DeliveryWrite, attempts: Int, attemptsBefore: Int, settledAt: Instant?, of resource: Int64,
        fold: MovedFold?, log: [ListedAttempt]
    ) {
        self.delivery = delivery
        self.attempts = attempts
        self.attemptsBefore = attemptsBefore
        self.settledAt = settledAt
        self.resource = resource
        self.fold = fold
        self.log = log
    }
}

package struct MovedFold: Sendable, Equatable {
    package let base: FoldWrite.Base
    package let told: FoldWrite.Told
    package let isPassedOn: Bool

    package init(base: FoldWrite.Base, told: FoldWrite.Told, isPassedOn: Bool) {
        self.base = base
        self.told = told
        self.isPassedOn = isPassedOn
    }
}
