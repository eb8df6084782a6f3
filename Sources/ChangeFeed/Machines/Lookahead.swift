// How many deliveries are taken from the queue ahead of need.

/// Deliveries that are claimed before there is a place for them, so that no place stays empty while the store works.
///
/// None where the queue is short or the receiver slow; ever more, by doubling, where the queue gives all that is wanted
/// and it is gone in no time. Every so often none all the same: what may well fail, and replays, are taken only where
/// there is a place for them, and must not wait until a long queue has ended.
struct Lookahead: Sendable {
    private var size = 0
    private var bytesEach = 0
    private var fullInARow = 0
    private var lastFull: Instant?

    var deliveries: Int { fullInARow % Limits.claimsUntilOthersTurn == 0 ? 0 : size }

    /// - Parameters:
    ///   - wanted: how many were asked for.
    ///   - concurrency: of the endpoint.
    mutating func claimed(_ due: [DueDelivery], of wanted: Int, concurrency: Int, at now: Instant) {
        guard due.count == wanted, !due.isEmpty else { return stop() }
        defer { lastFull = now }
        guard let lastFull, now - lastFull <= Limits.longestAhead else {
            (size, fullInARow) = (0, 0)
            return
        }
        // Large events come in bunches: what they take is forgotten slowly.
        bytesEach = max(due.reduce(0) { $0 + $1.body.count } / due.count, bytesEach / 2, 1)
        let most = min(
            Limits.claimedAheadEachPlace * concurrency, Limits.claimedAhead, Limits.bytesClaimedAhead / bytesEach)
        size = min(max(2 * size, concurrency), most)
        fullInARow += 1
    }

    mutating func stop() { (size, fullInARow, lastFull) = (0, 0, nil) }
}

extension Limits {
    /// Deliveries taken from the queue ahead of need, for each place: as many as a fast receiver takes while the store
    /// records what came of others.
    static let claimedAheadEachPlace = 8

    /// The same, in all: they are read in one transaction, and all of them have to be put back where one fails.
    static let claimedAhead = 256

    /// Bytes of bodies taken ahead of need.
    static let bytesClaimedAhead = 1024 * 1024

    /// Where what was claimed lasts longer than this, the store is no hindrance.
    static let longestAhead: Duration = .milliseconds(250)

    /// Of so many claims in a row, one is for what there is a place for.
    static let claimsUntilOthersTurn = 4

    /// Attempts that ended and are not in the store yet, beyond which none begins: they would be made once more if the
    /// process died.
    static let unsettledAtOnce = 256
}
