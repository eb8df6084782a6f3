// How many requests the day has room for, and who may have them.

extension RequestBudget {
    /// The part of the share that no plan counts on: what is planned evenly does not come evenly.
    private static let keptBack = 0.004

    /// The day's limit in force: the configured one, else what the API said, else unknown.
    package func dailyLimit(at now: Instant) -> Int? { terms.dailyLimit ?? observation(at: now)?.limit }

    /// What was said a day ago may have been a slip, and holds no longer than the day it was said of.
    private func observation(at now: Instant) -> QuotaObservation? {
        reserve.observation.flatMap { $0.observedAt + QuotaLedger.window > now ? $0 : nil }
    }

    /// Own requests that may be made in any rolling 24 hours, whatever others do; nil while the limit is unknown.
    package func share(at now: Instant) -> Int? { dailyLimit(at: now).map { Int(Double($0) * terms.quotaShare) } }

    /// Own requests in 24 hours that are planned with: what others were seen to use is left to them.
    package func allowance(at now: Instant) -> Int? {
        guard let share = share(at: now), let left = leftByOthers(at: now) else { return share(at: now) }
        // When their use ends, only an answer can tell.
        return min(share, max(left, share / 20))
    }

    /// Of the instance's day, what others do not use.
    private func leftByOthers(at now: Instant) -> Int? {
        guard let observation = observation(at: now) else { return nil }
        // Where the day is a rolling one, requests that stop to count hide others' new ones; the sum shows them.
        let seen = max(ledger.usedByOthers(at: now), observation.limit - observation.remaining - used(at: now))
        return observation.limit - QuotaReserve.reserve(of: observation.limit) - max(0, seen)
    }

    package func used(at now: Instant) -> Int { ledger.used(at: now) }

    package func usedByOthers(at now: Instant) -> Int { ledger.usedByOthers(at: now) }

    package func usedBesidePolls(at now: Instant) -> Int { ledger.used(at: now) - ledger.used(for: .poll, at: now) }

    /// Own requests allowed in any rolling 24 hours for what is not a poll: what polls leave, and never less than a tenth,
    /// so that deletes are found on the smallest plan as well.
    package func allowanceBesidePolls(at now: Instant) -> Int? {
        allowance(at: now).map { max(Int(Double($0) - pollsPerDay.rounded(.up)), $0 / 10, min($0, 1)) }
    }

    /// The least time between two counts of the list of one resource, as between any two requests that are no polls and of
    /// which each resource is to have its part.
    ///
    /// Once half of what polls leave is spent, at once or over the day, counts come so far apart that they can do with that
    /// half: the rest is for what they find, and for lists still to be read.
    package func countSpacing(among resources: Int, at now: Instant) -> Duration {
        guard let allowance = allowanceBesidePolls(at: now),
            hasSpentHalfAtOnce(at: now, besidePolls: true) || 2 * usedBesidePolls(at: now) >= allowance
        else { return .zero }
        return .microseconds(86_400_000_000 * 2 * Int64(resources) / Int64(max(1, allowance)))
    }

    /// The least time between two hinted polls of one resource, for each request that one takes.
    func hintSpacing(among resources: Int, at now: Instant) -> Duration {
        dailyLimit(at: now) == nil ? Limits.hintsWithoutQuota : countSpacing(among: resources, at: now)
    }

    /// What the per-second limit lets polls plan with: answers take their time, and other requests need room as well.
    var pollsPerSecond: Double { terms.requestsPerSecond * 0.75 }

    /// What polls may spend, where the rest is left to what is not a poll; nil while the day's limit is unknown.
    ///
    /// - Parameter share: of the own requests: 0…1.
    package func allowanceOfPolls(share: Double, at now: Instant) -> PollAllowance? {
        guard let allowance = allowance(at: now) else { return nil }
        let free = Double(allowance - used(at: now)) - Double(allowance) * Self.keptBack
        let others = Double(allowance) * (1 - share) / 24
        let ceilings = zip(QuotaLedger.horizons, ledger.reliefs(at: now)).map { horizon, relief in
            PollAllowance.Ceiling(
                within: horizon, requests: free + Double(relief) - others * horizon.inSeconds / 3_600)
        }
        return PollAllowance(
            perDay: Double(allowance) * share, ceilings: ceilings,
            isDrained: hasSpentHalfAtOnce(at: now, besidePolls: false),
            perSecond: pollsPerSecond)
    }

    /// Until requests of yesterday stop to count, so many are needed for polls that are yet to begin: one that is under way
    /// and long leaves them, rather than to let all others wait.
    func keptForFirstPages(at now: Instant) -> Int {
        let needs = zip(QuotaLedger.horizons, ledger.reliefs(at: now)).map { horizon, relief in
            pollsBegunPerDay * horizon.inSeconds / 86_400 - Double(relief)
        }
        // However many polls are planned, one that is under way comes to its end.
        return Int(min(max(0, needs.max() ?? 0), Double(share(at: now) ?? 0) / 4).rounded(.up))
    }
}
