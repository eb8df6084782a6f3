// What the headers of an answer say.

import ChangeFeed
import FoundationEssentials
import NIOHTTP1

extension HTTPHeaders {
    /// Whether the body goes on until the connection ends.
    var lackLength: Bool { !contains(name: "Content-Length") && !contains(name: "Transfer-Encoding") }

    /// Counted from the receiver's own clock where it says what that shows, and a clock can show it.
    var retryAfter: Duration? {
        guard let header = first(name: "Retry-After") else { return nil }
        let ours = Instant.wallClock
        let theirs = first(name: "Date").flatMap { HTTPDate.parse($0, now: ours) }
        let now = theirs.flatMap { Limits.serverClocks.contains($0) ? $0 : nil } ?? ours
        return HTTPDate.retryAfter(header, now: now)
    }
}

extension Instant {
    static var wallClock: Instant {
        Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}
