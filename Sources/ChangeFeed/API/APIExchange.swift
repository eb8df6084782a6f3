// One exchange with the API as the pure core sees it: what to ask, and what came of it.

/// A GET to make, relative to the API's base URL.
package struct APIRequest: Sendable, Hashable {
    package var target: RequestTarget
    package var purpose: RequestPurpose

    package init(target: RequestTarget, purpose: RequestPurpose) {
        self.target = target
        self.purpose = purpose
    }
}

/// What a request is spent on, in the order of worth.
package enum RequestPurpose: String, Sendable, Hashable, CaseIterable {
    case poll
    /// A poll before its time, because somebody untrusted said that something had changed.
    case hint
    case count, search, lookup, baseline, sweep
}

/// An answer that arrived whole, whatever its status.
package struct APIResponse: Sendable, Equatable {
    package var status: Int
    /// The `Date` header, whole seconds, whatever it says.
    package var date: Instant?
    /// The server's clock when it answered, as far as a clock can have shown it.
    package var serverTime: Instant? { date.flatMap { Limits.serverClocks.contains($0) ? $0 : nil } }
    /// What our own wall clock showed when the answer was there; nil: the clock that the core is led by.
    package var receivedAt: Instant?
    /// Matches in all, of `X-Total-Count`; sent when asked for with `count_total=true`.
    package var totalCount: Int?
    /// The day's quota of the instance, of `X-RateLimit-Limit`.
    package var dailyLimit: Int?
    /// What is left of it for everybody, of `X-RateLimit-Remaining`.
    package var dailyRemaining: Int?
    /// One of these two headers is there and is no number.
    package var quotaIsUnreadable = false
    /// Where a redirect leads, of `Location`: `https://api.na1.insightly.com`, and no more of it.
    package var redirectsTo: String?
    /// How long to stay away, of `Retry-After`: seconds, or the time until an HTTP date.
    package var retryAfter: Duration?
    /// The body with its compression undone.
    package var body: [UInt8]
    /// From sending the request until the whole body was there.
    package var duration: Duration

    package init(status: Int, body: [UInt8], duration: Duration) {
        self.status = status
        self.body = body
        self.duration = duration
    }
}

/// Why no whole answer arrived.
package enum APIFailure: Error, Sendable, Equatable {
    /// This process or machine lacked what a connection takes; it tells nothing of the API.
    case shortage(String)
    /// The name could not be resolved, or nobody accepted the connection.
    case unreachable(String)
    case tlsFailed(String)
    /// No connection came about.
    case connectTimedOut(after: Duration)
    /// A connection did, and the answer was not whole in time.
    case timedOut(after: Duration)
    /// The connection ended, or the body broke off or could not be decompressed, before the answer was whole.
    case brokenOff(String)
    /// The body was larger than a page may be.
    case tooLarge(limitBytes: Int)

    /// Where asking for fewer records may help: for how many at least.
    package var asksForLess: Int? {
        switch self {
        case .tooLarge: 2
        case .timedOut: Limits.leastAfterTimeout
        case .shortage, .unreachable, .tlsFailed, .connectTimedOut, .brokenOff: nil
        }
    }
}

package typealias APIResult = Result<APIResponse, APIFailure>

extension APIResult {
    /// Where asking for fewer records may help: for how many at least. A gateway that gave up waiting is a time-out too.
    var asksForLess: Int? {
        switch self {
        case .failure(let failure): failure.asksForLess
        case .success(let response): [502, 504].contains(response.status) ? Limits.leastAfterTimeout : nil
        }
    }
}
