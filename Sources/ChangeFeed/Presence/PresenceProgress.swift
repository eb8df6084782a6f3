// How far the looking for absent records has come in one resource: what the store keeps of it.

/// The state of the sweeps and counts of one resource between two requests.
package struct PresenceProgress: Sendable, Equatable {
    /// A sweep under way.
    package struct Walk: Sendable, Equatable {
        /// So many records of the list have been read, and this one last.
        package var covered: Int
        package var last: RecordID?

        package init(covered: Int = 0, last: RecordID? = nil) {
            self.covered = covered
            self.last = last
        }
    }

    /// Deletes that are not believed yet, because so many records vanished at once.
    package enum Hold: Sendable, Equatable {
        case none
        /// Since then, by our own clock.
        case held(since: Instant, HeldDeletes.Reason)
        /// A sample of them was confirmed; each is still confirmed by itself.
        case confirmed
        /// The operator said that they are real; each is still confirmed.
        case released

        /// Whether each may be asked for by itself.
        var isDecided: Bool { self == .confirmed || self == .released }

        package var heldSince: Instant? {
            if case .held(let since, _) = self { since } else { nil }
        }

        /// - Parameter suspects: all of the resource.
        package func heldDeletes(of suspects: Int) -> HeldDeletes? {
            guard case .held(_, let reason) = self else { return nil }
            return HeldDeletes(records: suspects, reason: reason)
        }
    }

    /// Sweeps begun so far.
    package var sweeps = 0
    package var walk: Walk?
    /// When the whole list was last read to its end, by our own clock.
    package var sweptAt: Instant?
    /// How many more records are known as listed than the API counts, though a sweep found the lists complete.
    package var bias = 0
    package var hold = Hold.none

    package init() {}
}

/// What the store knows of a resource's records.
package struct PresenceTally: Sendable, Equatable {
    /// Records known as listed.
    package var listed: Int
    package var suspects: Int
    /// Suspects to be asked for by their ids, spread evenly over all of them; at most `Limits.suspectsAtOnce`.
    package var batch: [RecordID]
    /// Hidden and unlisted records that are to be asked for again: at the end of a sweep, or, of a count, those that
    /// lists have come to lack a second time.
    package var rechecks: [RecordID]

    package init(listed: Int = 0, suspects: Int = 0, batch: [RecordID] = [], rechecks: [RecordID] = []) {
        self.listed = listed
        self.suspects = suspects
        self.batch = batch
        self.rechecks = rechecks
    }

    /// So large a part of the resource seems gone at once that something else may be the matter.
    package var isMass: Bool { suspects > Limits.massAbsence && suspects * 20 > listed + suspects }
}
