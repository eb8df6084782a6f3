// What is going to happen, in the order of time.

import ChangeFeed
import SimulatedWorld

/// Everything that has been set in motion and not happened yet. Accounts and endpoints are named by their places.
struct Agenda {
    enum Happening {
        case edit(account: Int)
        case editAgain(account: Int, Touched)
        /// An edit of whatever is being polled, between two pages of it.
        case meddle(account: Int, ResourceName)
        /// An administrator puts a field on the layout of an object, or takes it off again.
        case layout(account: Int, SimulatedObject, isOn: Bool)
        case clockJump(account: Int)
        /// Somebody asks for events to be sent again.
        case replay
        case rebirth
        /// Somebody says that the receiver and the API are well again.
        case resumption(endpoint: Int)
        /// The configuration is read again.
        case reload
        /// Somebody decides about something.
        case decision
        /// Somebody says that a resource has changed.
        case hint
        /// The daemon looks what it is asked for.
        case round
        case requestArrives(account: Int, AccountMachine.Asker, APIRequest)
        case answerArrives(account: Int, AccountMachine.Asker, APIResult, requestNumber: Int)
        case postArrives(endpoint: Int, Attempt)
        case outcomeArrives(endpoint: Int, Attempt, AttemptOutcome)
        /// The store comes to what it was asked before.
        case storeBegins(StoreQuestion)
    }

    struct Appointment {
        let at: Instant
        /// The process that set it in motion; what comes back to a later one is of no use to it.
        let incarnation: Int
        let happening: Happening
    }

    private var appointments: [Appointment] = []

    var earliest: Instant { appointments.first?.at ?? .distantFuture }

    mutating func add(_ appointment: Appointment) {
        // Few are open at any time: a heap would cost more than it saves.
        let place = appointments.lastIndex { $0.at <= appointment.at }.map { $0 + 1 } ?? 0
        appointments.insert(appointment, at: place)
    }

    /// The next that is due, if any.
    mutating func take(at now: Instant) -> Appointment? {
        earliest <= now ? appointments.removeFirst() : nil
    }
}
