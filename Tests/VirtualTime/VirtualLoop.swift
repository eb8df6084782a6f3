// The one loop that runs a machine in virtual time: for lives, tests and benchmarks.

import ChangeFeed

/// A machine, and what it is going to be told when. Who has one performs its effects, and posts what comes of them.
package struct VirtualLoop<Work: Machine> {
    package private(set) var machine: Work
    private var inputs: [(at: Instant, input: Work.Input)]

    /// - Parameter start: when it looks for the first time what there is to do.
    package init(_ machine: Work, startingAt start: Instant) {
        self.machine = machine
        inputs = [(start, Work.wake)]
    }

    package mutating func post(_ input: Work.Input, at moment: Instant) {
        // Few are open at any time: a heap would cost more than it saves.
        let place = inputs.lastIndex { $0.at <= moment }.map { $0 + 1 } ?? 0
        inputs.insert((moment, input), at: place)
    }

    /// When something happens next; nil: nothing does by itself.
    package var next: Instant? { [inputs.first?.at, machine.alarm].compactMap(\.self).min() }

    /// Tells the machine what has happened by now.
    ///
    /// - Returns: what is to be done.
    package mutating func effects(at now: Instant, chance: inout some RandomNumberGenerator) -> [Work.Effect] {
        while let first = inputs.first, first.at <= now {
            inputs.removeFirst()
            machine.take(first.input, at: now, chance: &chance)
        }
        if let alarm = machine.alarm, alarm <= now { machine.take(Work.wake, at: now, chance: &chance) }
        return machine.effects(at: now, chance: &chance)
    }
}

/// No chance at all: what is spread out is spread by nothing.
package struct NoChance: RandomNumberGenerator {
    package init() {}

    package mutating func next() -> UInt64 { 0 }
}
