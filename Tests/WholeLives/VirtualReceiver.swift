// A receiver in memory: it takes events or refuses them, and remembers what it took.

import ChangeFeed
import ReceivedEvents

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
        case taken(ReceivedEvent)
        case nothing
        /// A promise about requests was broken, in words.
        case broken(String)
    }

    var eventCount: Int { taken.count }

    /// Takes one POST as the answer says.
    mutating func receive(_ delivery: DueDelivery, _ answer: Answer) -> Reception {
        let id = delivery.eventID
        // What was refused is remembered too: every attempt has to carry the same bytes.
        let before = bodies.updateValue(delivery.body, forKey: id)
        if let before, before != delivery.body { return .broken("\(id) came again with other bytes") }
        switch answer {
        case .refused, .silence: return .nothing
        case .taken, .takenWithoutAnswer: break
        }
        guard taken.insert(id).inserted else { return .nothing }
        guard let event = ReceivedEvent(body: delivery.body), event.sequence == delivery.sequence else {
            return .broken("\(id) is no event of format standard, or another than its delivery says")
        }
        return event.id == id ? .taken(event) : .broken("\(event.id) was sent as \(id)")
    }
}
