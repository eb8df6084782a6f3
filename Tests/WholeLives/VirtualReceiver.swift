// A receiver in memory: it takes events or refuses them, and remembers what it took.

import ChangeFeed

/// What one receiver got in the course of a life.
struct VirtualReceiver {
    private var bodies: [String: [UInt8]] = [:]
    private var taken: Set<String> = []

    enum Answer {
        case taken
        case refused(status: Int, retryAfter: Duration?)
        /// Taken, but the sender never learns it.
        case takenWithoutAnswer
        /// Nobody answers at all.
        case silence
    }

    enum Reception {
        /// An event that was not taken before.
        case taken
        case nothing
        /// A promise about requests was broken, in words.
        case broken(String)
    }

    var eventCount: Int { taken.count }

    /// Takes one POST as the answer says.
    ///
    /// - Parameter mayDiffer: whether what took the place of other events may be told again as it was by itself.
    mutating func receive(_ delivery: DueDelivery, _ answer: Answer, mayDiffer: Bool) -> Reception {
        let id = delivery.eventID
        // What was refused is remembered too: every attempt has to carry the same bytes.
        let before = bodies.updateValue(delivery.body, forKey: id)
        if let before, before != delivery.body, !mayDiffer { return .broken("\(id) came again with other bytes") }
        switch answer {
        case .refused, .silence: return .nothing
        case .taken, .takenWithoutAnswer: break
        }
        return taken.insert(id).inserted ? .taken : .nothing
    }
}
