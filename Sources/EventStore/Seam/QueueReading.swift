// What verbs ask of the log and of the queues of endpoints.

import ChangeFeed

/// Answers about events and deliveries. What is not there is left out.
package protocol QueueReading {
    func lastSequence() throws -> Int
    /// All dead letters that an endpoint has at this moment; nil where it has none.
    func deadLetters(of endpoint: Int64) throws -> DeadLetters?
    /// Those of them that are dead still, or by now, in the order of their events.
    func deadLetters(of endpoint: Int64, among meant: DeadLetters, limit: Int) throws -> [Int64]
    /// The last `webhook-sequence` that an endpoint has given out.
    func lastNumber(ofEndpoint endpoint: Int64) throws -> Int
    /// By their keys, the last deliveries that are not settled.
    func openTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64]
    /// By their keys, the last dead letters whose news nothing has told since.
    func deadTails(of endpoint: Int64, keys: [String]) throws -> [String: Int64]
    func queued(_ deliveries: [Int64]) throws -> [Int64: QueuedDelivery]
    /// By the delivery: the first open one of the same key besides it.
    func followers(of deliveries: [Int64]) throws -> [Int64: QueuedDelivery]
    /// Of those that were made while their endpoint coalesced, or for a replay of what was folded: of others it is not known
    /// what came before them.
    func told(by deliveries: [Int64]) throws -> [Int64: ToldDelivery]
    /// The types of what is pending.
    func waitingTypes(_ lane: QueueLane) throws -> [String]
    /// The first of a type that are pending, by when they are due.
    ///
    /// - Parameters:
    ///   - isDue: whether those that are due by then, or those that are due later.
    ///   - isLeftOut: of which there may be any number.
    func pending(
        _ lane: QueueLane, type: String, isDue: Bool, by moment: Instant, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [Admission.Candidate]
    /// In the order asked for; each of them has to be there.
    func dueDeliveries(_ ids: [Int64]) throws -> [DueDelivery]
    /// Deliveries of an endpoint that are open or dead.
    func depth(of endpoint: Int64) throws -> QueueDepth
    /// By the event, its last delivery to an endpoint.
    func lastDeliveries(of sequences: [Int], to endpoint: Int64) throws -> [Int: QueuedDelivery]
    /// None of one that cannot be read.
    func bodies(ofEvents sequences: [Int]) throws -> [Int: [UInt8]]
    /// Events of a part of the log that a selection is about, in its order.
    func events(_ selection: ReplaySelection, after: Int, through: Int) throws -> [LoggedEvent]
    func firstEvent(detectedSince moment: Instant) throws -> Int?
    /// In the order of their numbers.
    func pendingDeliveries(
        of endpoint: Int64, through last: Int64, limit: Int, except isLeftOut: (Int64) -> Bool
    ) throws -> [QueuedDelivery]
    /// Whether one is not settled of those up to this one.
    func hasOpen(of endpoint: Int64, through last: Int64) throws -> Bool
    func lastOpen(of endpoint: Int64) throws -> Int64?
    /// The first pending delivery of the same key.
    func firstPending(before delivery: Int64) throws -> Int64?
    /// Those that have no number yet, in their order.
    func unnumbered(of endpoint: Int64) throws -> [Int64]
    func hasUnnumbered(of endpoint: Int64) throws -> Bool
    /// In their order.
    func openDeliveries(of endpoint: Int64, after last: Int64, limit: Int) throws -> [OpenDelivery]
    /// Those whose event cannot be read until what it was packed by is back.
    func lackingDictionaries(_ deliveries: [Int64]) throws -> Set<Int64>
}

/// Where deliveries of an endpoint wait: each kind apart, so that nothing that waits hides anything else.
package struct QueueLane: Sendable, Hashable {
    package let endpoint: Int64
    package let isReplay: Bool
    /// Whether they have been attempted before.
    package let wasTried: Bool

    package init(endpoint: Int64, isReplay: Bool, wasTried: Bool) {
        self.endpoint = endpoint
        self.isReplay = isReplay
        self.wasTried = wasTried
    }
}
