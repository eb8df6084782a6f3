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
        let (limit, remaining) = (headers.number("X-RateLimit-Limit"), headers.number("X-RateLimit-Remaining"))
        // Less than nothing is nothing of what is left, and no limit at all.
        dailyLimit = limit.value.flatMap { $0 < 0 ? nil : $0 }
        dailyRemaining = remaining.value.map { max(0, $0) }
        quotaIsUnreadable =
            limit == .unreadable || remaining == .unreadable || dailyLimit == nil && limit != .absent
        if (300...399).contains(status) { redirectsTo = headers.first(name: "Location").flatMap(Self.origin) }
        // A date to wait for is one of the server's clock.
        let now = serverTime ?? ours
        retryAfter = headers.first(name: "Retry-After").flatMap { HTTPDate.retryAfter($0, now: now) }
    }
}

extension APIResponse {
    /// Scheme, host and port of a URL, and nothing that could be a secret; nil of a path alone.
    private static func origin(of location: String) -> String? {
        guard let url = URLComponents(string: location), let scheme = url.scheme?.lowercased(),
            let host = url.host?.lowercased(), !host.isEmpty, ["http", "https"].contains(scheme),
            host.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return scheme + "://" + host + (url.port.map { ":\($0)" } ?? "")
    }
}

/// A header that is a whole number, as far as it is one.
private enum HeaderNumber: Equatable {
    case absent, unreadable
    case number(Int)

    var value: Int? {
        if case .number(let value) = self { value } else { nil }
    }
}

extension HTTPHeaders {
    /// A header that counts something; nil where it is absent or no number.
    fileprivate func count(_ name: String) -> Int? {
        number(name).value.flatMap { $0 < 0 ? nil : $0 }
    }

    /// Several that say the same are one. More than anybody has is as much as anybody has.
    fileprivate func number(_ name: String) -> HeaderNumber {
        let texts = Set(self[name].flatMap { $0.split(separator: ",") }.map { $0.filter { !$0.isWhitespace } })
        guard let text = texts.first else { return contains(name: name) ? .unreadable : .absent }
        guard texts.count == 1, let number = Int(text) else { return .unreadable }
        return .number(Swift.min(number, Limits.largestCount))
    }
}
