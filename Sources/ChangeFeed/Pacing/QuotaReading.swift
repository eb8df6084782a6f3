// What the headers of one answer say of the day's quota, and what is to be believed of them.

/// What is wrong with an answer's quota headers. The raw values are what `status` calls it.
package enum QuotaTrouble: String, Sendable, Equatable, CaseIterable {
    /// One of them is no number.
    case unreadable
    /// There is one and not the other.
    case incomplete
    /// More is left than there is.
    case contradicting
}

extension APIResponse {
    /// What is wrong with what it says of the quota.
    package var quotaTrouble: QuotaTrouble? { QuotaReading(self).trouble }
}

struct QuotaReading: Equatable {
    let trouble: QuotaTrouble?
    /// What can be believed by itself.
    private let limit: Int?
    private let remaining: Int?

    init(_ response: APIResponse) {
        let (limit, remaining) = (response.dailyLimit, response.dailyRemaining.map { max(0, $0) })
        let isContradicting = limit.map { $0 < max(1, remaining ?? 0) } ?? false
        if response.quotaIsUnreadable {
            trouble = .unreadable
        } else if (limit == nil) != (remaining == nil) {
            trouble = .incomplete
        } else {
            trouble = isContradicting ? .contradicting : nil
        }
        self.limit = isContradicting ? nil : limit
        // Whatever there is of it: nothing left is nothing left.
        self.remaining = isContradicting && remaining != 0 ? nil : remaining
    }

    /// What holds from an answer on.
    enum Outcome: Equatable {
        case said(limit: Int, remaining: Int)
        /// Nothing is known of the day but what we took of it ourselves.
        case reckoned(limit: Int, remaining: Int)
    }

    /// What holds from this answer on; nil: what held before.
    ///
    /// What cannot be read is taken from what is known, so that the share of the day is kept all the same.
    ///
    /// - Parameters:
    ///   - known: the limit that holds, as the settings or an answer before named it.
    ///   - isFresh: whether an answer of the last 24 hours said what remains.
    ///   - used: own requests of 24 hours.
    func outcome(known: Int?, isFresh: Bool, used: Int) -> Outcome? {
        if let limit, let remaining { return .said(limit: limit, remaining: remaining) }
        let known = limit ?? known
        if let remaining { return .said(limit: max(known ?? 1, remaining, 1), remaining: remaining) }
        guard trouble != nil, !isFresh, let known else { return nil }
        return .reckoned(limit: known, remaining: max(0, known - used))
    }
}
