// How long accounts are led by nobody.

import ChangeFeed

/// Accounts without a leader, since when, and the longest it ever took.
struct LeaderlessTimes {
    private let bound: Duration
    private var sinces: [Int: Instant] = [:]
    private(set) var longest = Duration.zero
    private var complaints: [String] = []
    private var counts = true

    /// - Parameter bound: what is promised.
    init(bound: Duration) {
        self.bound = bound
    }

    var count: Int { sinces.count }
    var hasAny: Bool { !sinces.isEmpty }

    /// Led by nobody from now on, where it was led until now.
    mutating func since(_ now: Instant, _ account: Int) {
        sinces[account] = sinces[account] ?? now
    }

    mutating func isLed(_ account: Int, at now: Instant) {
        guard let since = sinces.removeValue(forKey: account) else { return }
        guard counts else { return }
        longest = max(longest, now - since)
        if now - since > bound { complaints.append("account \(account) was led by nobody for \(now - since)") }
    }

    /// Those of them that nobody leads are waited for from now on: nobody could have led them before.
    mutating func again(_ accounts: Set<Int>, from now: Instant) {
        for account in accounts where sinces[account] != nil { sinces[account] = now }
    }

    /// Whether anybody could lead anything from now on.
    mutating func counts(_ counts: Bool, at now: Instant) {
        self.counts = counts
        for account in sinces.keys { sinces[account] = now }
    }

    mutating func forget(_ account: Int) { sinces[account] = nil }

    mutating func forget(except accounts: Set<Int>) { sinces = sinces.filter { accounts.contains($0.key) } }

    func age(of account: Int, at now: Instant) -> Duration { sinces[account].map { now - $0 } ?? .zero }

    func tooLong(at now: Instant) -> [Int] { !counts ? [] : sinces.filter { now - $0.value > bound }.keys.sorted() }

    mutating func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }
}
