// What an answer's headers say about clocks, counts and quotas; what they say badly counts as unsaid.

import ChangeFeed
import FoundationEssentials
import NIOHTTP1

extension APIResponse {
    init(status: Int, headers: HTTPHeaders, body: [UInt8], duration: Duration) {
        self.init(status: status, body: body, duration: duration)
        let ours = Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        receivedAt = ours
        date = headers.first(name: "Date").flatMap { HTTPDate.parse($0, now: ours) }
        totalCount = headers.count("X-Total-Count")
        dailyLimit = headers.count("X-RateLimit-Limit")
        dailyRemaining = headers.count("X-RateLimit-Remaining")
        // A date to wait for is one of the server's clock.
        let now = date ?? ours
        retryAfter = headers.first(name: "Retry-After").flatMap { HTTPDate.retryAfter($0, now: now) }
    }
}

extension HTTPHeaders {
    /// A header that counts something; nil where it is absent or no number. More than anybody has is as much as anybody has.
    fileprivate func count(_ name: String) -> Int? {
        first(name: name).flatMap { Int($0) }.flatMap { $0 >= 0 ? Swift.min($0, Limits.largestCount) : nil }
    }
}
