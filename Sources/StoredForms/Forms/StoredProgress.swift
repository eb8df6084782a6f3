// The progress of a resource, as it stands in columns.

import ChangeFeed

extension ResourceProgress {
    /// From when on changes are news; nil: from the beginning.
    package var newsSince: Instant? {
        if case .since(let instant) = newsThreshold { instant } else { nil }
    }

    /// How far the first reading is, and the last record that it has read; nil where it is over.
    package var baselineWalk: (covered: Int, last: RecordID?)? {
        if case .walking(let covered, let last) = baseline { (covered, last) } else { nil }
    }
}
