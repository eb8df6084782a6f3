// A daemon of the simulated fleet: its machine, a clock of its own, and whether it runs at all.

import ChangeFeed
import Fleet
import VirtualTime

/// What a process has: the machine, and a steady clock that starts anywhere and goes a little too fast or too slow.
struct VirtualDaemon {
    enum Power: Equatable {
        case running
        /// As by SIGSTOP: what comes meanwhile is heard when it wakes.
        case stopped
    }

    /// What is done for an account.
    struct Work {
        let epoch: Int
        let since: Instant
    }

    let id: DaemonID
    private let clock: VirtualClock
    private(set) var loop: VirtualLoop<FleetMachine>
    var power = Power.running
    /// Until when nothing comes through between it and the store.
    var cutUntil = Instant.distantPast
    /// Whether what it asks comes through all the same, and only the answers do not.
    var isHeard = false
    /// Until when answers of the store take seconds to reach it.
    var slowUntil = Instant.distantPast
    private(set) var isLeaving = false
    /// Accounts for which something may be under way.
    var working: [Int: Work] = [:]
    var plan: Set<Int>

    init(_ number: Int, terms: LeaseTerms, plan: Set<Int>, clock: VirtualClock, at now: Instant) {
        let digits = String(number)
        id = DaemonID("daemon-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
        self.clock = clock
        self.plan = plan
        loop = VirtualLoop(FleetMachine(id: id, terms: terms), startingAt: clock.shown(at: now))
        post(.plan(Set(plan.map(VirtualLeases.name))), at: now)
    }

    var machine: FleetMachine { loop.machine }

    /// When it does something next by itself.
    var next: Instant? { power == .running ? loop.next.map(clock.moment) : nil }

    mutating func post(_ input: FleetMachine.Input, at now: Instant) {
        loop.post(input, at: clock.shown(at: now))
    }

    mutating func stop(at now: Instant) {
        isLeaving = true
        post(.stop, at: now)
    }

    mutating func goBy(_ plan: Set<Int>, at now: Instant) {
        self.plan = plan
        post(.plan(Set(plan.map(VirtualLeases.name))), at: now)
    }

    mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [FleetMachine.Effect] {
        loop.effects(at: clock.shown(at: now), chance: &chance)
    }

    /// The true time of a moment of its clock.
    func moment(_ shown: Instant) -> Instant { clock.moment(shown) }
}

/// A steady clock beside the true time.
struct VirtualClock {
    private let start: Instant
    private let offset: Duration
    /// How much too fast, in millionths.
    private let drift: Int64

    init(start: Instant, offset: Duration, drift: Int) {
        self.start = start
        self.offset = offset
        self.drift = Int64(drift)
    }

    func shown(at moment: Instant) -> Instant {
        moment + offset + .microseconds((moment - start).microseconds * drift / 1_000_000)
    }

    /// The first moment at which it shows that, or more.
    func moment(_ shown: Instant) -> Instant {
        guard shown > .distantPast + .days(1) else { return start }
        let guess = start + .microseconds((shown - offset - start).microseconds * 1_000_000 / (1_000_000 + drift))
        var moment = guess - .microseconds(3)
        while self.shown(at: moment) < shown { moment = moment + .microseconds(1) }
        return moment
    }
}
