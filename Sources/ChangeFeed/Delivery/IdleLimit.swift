// How long a receiver keeps a connection that nothing is sent on, as far as it shows.

/// Decides how long a connection may have lain idle and still be used.
///
/// A receiver closes what lies idle, and few say when: after 1, 2, 5 or 75 s, some after each answer. A request that is sent
/// into that moment is lost and has to be sent once more. So connections are given up before: by what the receiver
/// announces, by what it was seen to do, and in any case after `longest`.
package struct IdleLimit: Sendable {
    private let longest: Duration
    /// Of the last answer, where it said one.
    private var announced: Duration?
    /// The shortest of those that were seen, and when.
    private var seen: (limit: Duration, at: Instant)?

    package init(longest: Duration) {
        self.longest = longest
    }

    /// A connection that has lain idle for as long as this, or longer, is not to be used any more.
    package func usable(at now: Instant) -> Duration {
        let seen = seen.flatMap { now - $0.at < Limits.idleLimitHolds ? $0.limit : nil }
        guard let limit = [announced, seen].compactMap(\.self).min() else { return longest }
        // What ends so soon after an answer is not kept at all.
        return limit < Limits.shortestIdleLimit ? .zero : min(longest, limit * 3 / 4)
    }

    /// The receiver ended a connection that had lain idle for so long.
    package mutating func ended(afterIdle idle: Duration, at now: Instant) {
        if let seen, seen.limit < idle, now - seen.at < Limits.idleLimitHolds { return }
        seen = (idle, now)
    }

    /// Takes the header `Keep-Alive` of an answer (`timeout=5, max=100`); nil where it has none.
    package mutating func answered(keepAlive: String?) {
        announced = keepAlive.flatMap(Self.timeout)
    }

    private static func timeout(of header: String) -> Duration? {
        for parameter in header.split(separator: ",") {
            let parts = parameter.split(separator: "=", maxSplits: 1).map {
                $0.filter { !" \t\"".contains($0) }.lowercased()
            }
            guard parts.count == 2, parts[0] == "timeout", let seconds = Int(parts[1]), seconds >= 0 else { continue }
            return .seconds(min(seconds, 86_400))
        }
        return nil
    }
}
