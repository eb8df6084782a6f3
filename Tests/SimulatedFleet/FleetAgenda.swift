// What is going to happen to a simulated fleet, in the order of time.

import ChangeFeed

/// Everything that has been set in motion and not happened yet.
struct FleetAgenda {
    private var appointments: [(at: Instant, happening: FleetLife.Happening)] = []

    var earliest: Instant { appointments.last?.at ?? .distantFuture }

    /// The latest comes first, since what is next is taken from the end.
    mutating func add(_ happening: FleetLife.Happening, at moment: Instant) {
        let place = appointments.firstIndex { $0.at <= moment } ?? appointments.count
        appointments.insert((moment, happening), at: place)
    }

    /// The next that is due, if any.
    mutating func take(at now: Instant) -> FleetLife.Happening? {
        earliest <= now ? appointments.removeLast().happening : nil
    }
}
