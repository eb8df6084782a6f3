// What an answer about presence leads to: what the store does with it, besides what it does with every page.

/// The part of a page's commit that concerns the presence of records.
package enum PresenceStep: Sendable, Equatable {
    /// The list holds so many records, these first; the store says how many are known, and which suspects are next.
    case count(total: Int, shown: [RecordID], batch: Int)
    /// Compare these ids with the known ones. A page that lacks more than `plausiblyMissing` changes nothing.
    case compare(IDPage, plausiblyMissing: Int)
    /// The sweep under way has come to these ids.
    case sweep([RecordID], SweepStage)
    /// A record was asked for by its id. `refill`: which suspects are to be asked for next; nil: there are some left.
    case lookup(RecordID, LookupVerdict, refill: Int?)
    /// The same, as one of a sample: a record that is gone stays a suspect.
    case sample(RecordID, LookupVerdict)
    /// An unknown record of a list was asked for: one that is not found is nothing to tell.
    case stranger(RecordID, LookupVerdict)
    /// A hidden or unlisted record was asked for again: one that is gone becomes a suspect like any other.
    case recheck(RecordID, LookupVerdict)
    /// A record that the list has just shown was asked for by its id, to see whether a GET finds it: nothing of it is
    /// compared or remembered.
    case control(RecordID, LookupVerdict)

    var answerOfSample: (id: RecordID, verdict: LookupVerdict?)? {
        if case .sample(let id, let verdict) = self { (id, verdict) } else { nil }
    }
}

package enum SweepStage: Sendable, Equatable {
    case underWay
    /// Everything was read: listed records that the sweep has not met are suspects.
    case complete
    /// The end was reached, but the pages did not follow each other: what was not met may well be there.
    case inconclusive
}

/// What the store found out while it carried a step out.
package struct PresenceFinding: Sendable, Equatable {
    /// Nil where counting would be much work for little.
    package var tally: PresenceTally?
    /// Of a `compare` or a `sweep`.
    package var comparison: IDComparison?
    /// Of a `control`: members that the GET told and a page of the same moment did not; nil: there was no such page.
    package var onlyByID: [String]?

    package init(tally: PresenceTally? = nil, comparison: IDComparison? = nil) {
        self.tally = tally
        self.comparison = comparison
    }
}
