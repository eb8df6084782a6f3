// What the polls of one resource have taught: how often it changes, what a poll costs, and when in the day that matters.

/// What decides how large a part of the budget a resource's polls get. Kept over restarts.
package struct ResourcePace: Sendable, Equatable {
    /// All that there is to it, in numbers.
    package struct Memory: Sendable, Equatable {
        package var requestsPerPoll: Double
        package var polls: Int
        package var rate: ChangeRate.Memory
        package var claims: HourlyMean.Memory

        package init(requestsPerPoll: Double, polls: Int, rate: ChangeRate.Memory, claims: HourlyMean.Memory) {
            self.requestsPerPoll = requestsPerPoll
            self.polls = polls
            self.rate = rate
            self.claims = claims
        }
    }

    private var rate = ChangeRate()
    /// Requests a poll takes, on average.
    package private(set) var requestsPerPoll = 1.0
    private var polls = 0
    private var claims = HourlyMean()

    package init() {}

    /// As another process left it; nil where no process can have: what it knew is then learned anew.
    package init?(_ memory: Memory) {
        guard (0...Self.pollsRemembered).contains(memory.polls), (1...1e6).contains(memory.requestsPerPoll),
            let rate = ChangeRate(memory.rate), let claims = HourlyMean(memory.claims)
        else { return nil }
        (requestsPerPoll, polls) = (memory.requestsPerPoll, memory.polls)
        (self.rate, self.claims) = (rate, claims)
    }

    package var memory: Memory {
        Memory(requestsPerPoll: requestsPerPoll, polls: polls, rate: rate.memory, claims: claims.memory)
    }

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

    private static let pollsRemembered = 50
}

/// A mean for each hour of the day; days gone by count less.
package struct HourlyMean: Sendable, Equatable {
    /// All that there is to it: of each hour, the sum of value × seconds, and the seconds.
    package struct Memory: Sendable, Equatable {
        package var sums: [Double]
        package var seconds: [Double]

        package init(sums: [Double], seconds: [Double]) {
            self.sums = sums
            self.seconds = seconds
        }
    }

    private var sums = Array(repeating: 0.0, count: 24)
    private var seconds = Array(repeating: 0.0, count: 24)

    init() {}

    init?(_ memory: Memory) {
        guard memory.sums.count == 24, memory.seconds.count == 24,
            (memory.sums + memory.seconds).allSatisfy({ $0.isFinite && $0 >= 0 })
        else { return nil }
        (sums, seconds) = (memory.sums, memory.seconds)
    }

    var memory: Memory { Memory(sums: sums, seconds: seconds) }

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

    private static let secondsRemembered = 3 * 3_600.0
    private static let leaning = 300.0
}
