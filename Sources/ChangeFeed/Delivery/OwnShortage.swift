// Waiting for what this process or machine lacks, while attempts that need none of it go on.

/// What of one endpoint's attempts may begin while something is lacking here.
///
/// There may be enough for some of them: those that have a connection need no file for it. So an attempt that goes well
/// says little of another, and only a time without any that lacked something ends a shortage.
struct OwnShortage: Sendable {
    /// When it is tried again whether there is enough for all; nil where nothing was lacking of late.
    private(set) var until: Instant?
    /// Attempts that there is enough for.
    private var room = 0
    private var inARow = 0

    /// - Parameter others: attempts that are in flight all the same.
    mutating func lacked(beside others: Int, at now: Instant, jitter: Double) {
        if let until, now < until {
            // Those in flight beside the first tell nothing new, but that there is room for fewer.
            room = min(room, others)
        } else {
            inARow = until.map { now - $0 < Limits.shortageIsOver } ?? false ? inARow + 1 : 1
            room = others
        }
        until = now + Limits.shortageBackoff.wait(afterFailures: inARow, jitter: jitter)
    }

    func allowed(of all: Int, at now: Instant) -> Int {
        until.map { now < $0 } ?? false ? min(all, room) : all
    }

    /// When one more may begin than are in flight.
    func opens(inFlight: Int, at now: Instant) -> Instant {
        inFlight < room ? now : until ?? now
    }

    /// - Parameter start: when an attempt began that lacked nothing.
    func isOver(for start: Instant, at now: Instant) -> Bool {
        until.map { $0 <= start && now - $0 >= Limits.shortageIsOver } ?? false
    }
}
