// What the polls of one resource have taught: how often it changes, what a poll costs, and when in the day that matters.

/// What decides how large a part of the budget a resource's polls get. Kept over restarts.
package struct ResourcePace: Sendable, Equatable, Codable {
    private var rate = ChangeRate()
    /// Requests a poll takes, on average.
    package private(set) var requestsPerPoll = 1.0
    private var polls = 0
    private var claims = HourlyMean()

    package init() {}

    /// Changes a second to be expected at a time.
    package func changesPerSecond(at now: Instant) -> Double { rate.perSecond(at: now) }

    /// Whether any poll has told of changes, or of none.
    package var hasLearned: Bool { rate.hasLearned }

    /// A poll is complete.
    ///
    /// - Parameters:
    ///   - changes: found since the poll before it.
    ///   - last: when that one ended; nil where there was none, or it cannot be known.
    package mutating func polled(_ changes: Double, requests: Int, from last: Instant?, to now: Instant) {
        // What the first poll of all had to read tells nothing of what the others take.
        guard let last else { return }
        polls = min(polls + 1, Self.pollsRemembered)
        requestsPerPoll += (Double(max(1, requests)) - requestsPerPoll) / Double(polls)
        guard last < now else { return }
        claims.add(claim(at: last), from: last, to: now)
        rate.found(changes, from: last, to: now)
    }

    /// The square root of requests a poll × changes a second.
    ///
    /// Changes wait half an interval: Σ λT/2. Under Σ c/T ≤ B that is least where every T is proportional to √(c/λ); a
    /// resource then spends √(cλ) in proportion.
    func claim(at now: Instant) -> Double { (requestsPerPoll * rate.perSecond(at: now)).squareRoot() }

    /// The same for each hour of the day: what it was on average. A burst counts only for as long as it was one.
    func usualClaims(at now: Instant) -> [Double] {
        guard let means = claims.means else { return Array(repeating: claim(at: now), count: 24) }
        // The mean of roots is at most the root of the mean: more than that is the trace of an estimate that was wrong.
        let most = 1.1 * (requestsPerPoll * rate.perSecondOverDays).squareRoot()
        let mean = means.reduce(0, +) / 24
        return mean > most ? means.map { $0 * most / mean } : means
    }

    /// Whether nobody has meddled with it: what was stored by something else is learned anew.
    package var isSound: Bool {
        (0...Self.pollsRemembered).contains(polls) && (1...1e6).contains(requestsPerPoll) && rate.isSound
            && claims.isSound
    }

    private static let pollsRemembered = 50
}

/// A mean for each hour of the day; days gone by count less.
struct HourlyMean: Sendable, Equatable, Codable {
    private var sums = Array(repeating: 0.0, count: 24)
    private var seconds = Array(repeating: 0.0, count: 24)

    /// A value that held for a time.
    mutating func add(_ value: Double, from first: Instant, to last: Instant) {
        for (hour, part) in ChangeRate.hours(from: first, to: last) {
            let kept = max(0, 1 - part / Self.secondsRemembered)
            sums[hour] = sums[hour] * kept + value * part
            seconds[hour] = seconds[hour] * kept + part
        }
    }

    /// Of each hour, or of all where an hour has hardly been met; nil where nothing was.
    var means: [Double]? {
        let all = seconds.reduce(0, +)
        guard all > 0 else { return nil }
        let overall = sums.reduce(0, +) / all
        return zip(sums, seconds).map { ($0 + overall * Self.leaning) / ($1 + Self.leaning) }
    }

    var isSound: Bool {
        (sums + seconds).allSatisfy { $0.isFinite && $0 >= 0 } && sums.count == 24 && seconds.count == 24
    }

    private static let secondsRemembered = 3 * 3_600.0
    private static let leaning = 300.0
}
