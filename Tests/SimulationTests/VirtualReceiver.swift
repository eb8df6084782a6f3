// A receiver in memory: it takes events or refuses them, and remembers in which order they came.

import ChangeFeed
import ReceivedEvents

/// What one receiver got in the course of a life.
struct VirtualReceiver {
    /// Different events, in the order in which they were first taken.
    private(set) var taken: [ReceivedEvent] = []
    private(set) var bodies: [String: [UInt8]] = [:]
    /// Promises that were broken, in words.
    private(set) var complaints: [String] = []
    private var lastSequence: [String: Int] = [:]

    enum Answer {
        case taken
        case refused(status: Int, retryAfter: Duration?)
        /// Taken, but the sender never learns it.
        case takenWithoutAnswer
        /// Nobody answers at all.
        case silence
    }

    /// Takes one POST as the answer says.
    mutating func receive(_ delivery: DueDelivery, _ answer: Answer) {
        if let before = bodies[delivery.eventID], before != delivery.body {
            complaints.append("\(delivery.eventID) came again with other bytes")
        }
        switch answer {
        case .refused, .silence: return
        case .taken, .takenWithoutAnswer: break
        }
        guard bodies.updateValue(delivery.body, forKey: delivery.eventID) == nil else { return }
        guard let event = ReceivedEvent(body: delivery.body), let sequence = event.sequence else {
            complaints.append("\(delivery.eventID) is no event of format standard")
            return
        }
        if event.id != delivery.eventID { complaints.append("\(event.id) was sent as \(delivery.eventID)") }
        if let last = lastSequence.updateValue(sequence, forKey: event.recordName), last > sequence {
            complaints.append("\(event.recordName): #\(sequence) came after #\(last)")
        }
        taken.append(event)
    }
}
