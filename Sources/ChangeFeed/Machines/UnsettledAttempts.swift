// What came of attempts and is not in the store yet.

/// Recorded together, all that there is at a time; taken back where the store could not.
struct UnsettledAttempts: Sendable {
    private(set) var reports: [AttemptReport] = []
    /// How long the receiver wants to be left alone.
    private var holdUntil: Instant?

    /// Whether another attempt may begin.
    var hasRoom: Bool { reports.count < Limits.unsettledAtOnce }

    mutating func add(_ report: AttemptReport, holdUntil hold: Instant?) {
        reports.append(report)
        holdUntil = [holdUntil, hold].compactMap(\.self).max()
    }

    mutating func takeAll() -> (reports: [AttemptReport], holdUntil: Instant?) {
        defer { self = UnsettledAttempts() }
        return (reports, holdUntil)
    }

    mutating func takeBack(_ earlier: [AttemptReport], holdUntil hold: Instant?) {
        reports = earlier + reports
        holdUntil = [holdUntil, hold].compactMap(\.self).max()
    }
}
