// How the state store fares, as its verbs tell: what is said of it, and when there is no going on.

/// Told of every verb that worked or failed; says what is news.
package struct StoreHealth: Sendable, Equatable {
    package enum Notice: Sendable, Equatable {
        case began(StoreTrouble)
        case ended(StoreTrouble)
        /// What nothing goes on without cannot be done, and asking again changes nothing.
        case hopeless
    }

    /// What each verb failed by last.
    private var failing: [StoreVerb: StoreTrouble] = [:]
    private var damageInARow: [StoreVerb: Int] = [:]
    /// Pages do not mend: what was read well since lay elsewhere in the file.
    private var isDamaged = false

    package init() {}

    /// What the store suffers from now.
    package var troubles: Set<StoreTrouble> {
        Set(failing.values).union(isDamaged ? [.damaged] : [])
    }

    /// What passes has passed for all once something could be written: a verb that failed by it may not be asked again for an
    /// hour, or never. To have looked says nothing of that.
    package mutating func succeeded(_ verb: StoreVerb) -> [Notice] {
        let over = failing.filter { $0.key == verb || verb.writes && $0.value.passes }.keys
        guard !over.isEmpty || damageInARow[verb] != nil else { return [] }
        return change { health in
            for verb in over { health.failing[verb] = nil }
            health.damageInARow[verb] = nil
        }
    }

    package mutating func failed(_ verb: StoreVerb, _ trouble: StoreTrouble) -> [Notice] {
        let notices = change { health in
            health.failing[verb] = trouble
            if trouble == .damaged { health.isDamaged = true }
        }
        guard trouble == .damaged, verb.isEssential else { return notices }
        damageInARow[verb, default: 0] += 1
        return damageInARow[verb] == Limits.damageUntilHopeless ? notices + [.hopeless] : notices
    }

    private mutating func change(_ body: (inout StoreHealth) -> Void) -> [Notice] {
        let before = troubles
        body(&self)
        let now = troubles
        return StoreTrouble.allCases.compactMap { trouble in
            if now.contains(trouble), !before.contains(trouble) { return .began(trouble) }
            return before.contains(trouble) && !now.contains(trouble) ? .ended(trouble) : nil
        }
    }
}
