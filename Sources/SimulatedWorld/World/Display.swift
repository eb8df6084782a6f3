// How the service shows what it stores.

import ChangeFeed

/// The part of `Quirks` that decides the bytes of a record. A change counts for records written from then on.
package struct Display: Sendable, Equatable {
    package enum Rounding: String, Sendable, CaseIterable {
        case truncated
        case rounded
    }

    /// What lists and searches show of the members that a GET by id shows in full.
    package enum OnlyByID: String, Sendable, CaseIterable {
        /// There are no such members.
        case alike
        case absent
        case null
        case empty
    }

    /// What becomes of the fraction of a second.
    package var stamps = Rounding.truncated
    /// Whether records have `VISIBLE_TO` and `VISIBLE_TEAM_ID`.
    package var showsVisibility = true
    /// Whether everything beyond ASCII is written as `\u…`.
    package var escapesNonASCII = false
    package var onlyByID = OnlyByID.alike

    package init() {}

    func shown(_ stamp: Instant) -> Instant {
        stamps == .rounded ? (stamp + .milliseconds(500)).wholeSecond : stamp.wholeSecond
    }
}
