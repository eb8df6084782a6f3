// What a schedule costs: requests a day, and whether the day's quota has room for them.

/// The requests that polling a set of resources takes when nothing changes: one a poll.
package struct PollCost: Sendable, Equatable {
    package let requestsPerDay: Int
    /// Own requests allowed a day; nil while the day's limit is unknown.
    package let allowance: Int?
    /// The shortest interval, the same for every resource, that the allowance has room for.
    package let affordableInterval: Duration?

    /// - Parameters:
    ///   - dailyLimit: what the instance may do in a day, where that is known.
    ///   - quotaShare: the part of it that is ours: 0…1.
    package init(intervals: [Duration], dailyLimit: Int?, quotaShare: Double) {
        let perDay = Self.pollsPerDay(intervals)
        requestsPerDay = Int(perDay.rounded(.up))
        let allowance = dailyLimit.map { Int(Double($0) * quotaShare) }
        self.allowance = allowance
        affordableInterval = allowance.flatMap { allowed in
            allowed > 0 ? .seconds(Int((Double(intervals.count) * 86_400 / Double(allowed)).rounded(.up))) : nil
        }
    }

    package static func pollsPerDay(_ intervals: [Duration]) -> Double {
        intervals.reduce(0.0) { $0 + 86_400 / $1.inSeconds }
    }

    /// Nil while the day's limit is unknown.
    package var isAffordable: Bool? { allowance.map { requestsPerDay <= $0 } }
}
