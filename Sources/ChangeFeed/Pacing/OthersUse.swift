// How much of the instance's quota others use, told from how it shrinks between two answers.

/// Compares what the API says remains with the requests that were answered meanwhile.
struct OthersUse: Sendable {
    private var answeredSince = 0
    /// Less than nothing where answers overtook each other, or a request was not counted.
    private var carry = 0

    /// A request was answered, or failed for good.
    mutating func answered() { answeredSince += 1 }

    /// Takes what an answer says.
    ///
    /// - Parameter before: what the last one said.
    /// - Returns: requests that others made since.
    mutating func observe(remaining: Int, before: Int?) -> Int {
        defer { answeredSince = 0 }
        guard let before else { return 0 }
        guard remaining <= before + Self.disorder else {
            // A new day.
            carry = 0
            return 0
        }
        carry = max(carry + before - remaining - answeredSince, -Self.disorder)
        let others = max(0, carry)
        carry -= others
        return others
    }

    /// Answers in flight together arrive in any order.
    private static let disorder = 2 * Limits.requestsInFlight
}
