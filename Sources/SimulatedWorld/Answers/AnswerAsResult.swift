// What a client makes of an answer, for tests that drive the pure core against the pure world without a connection.

import ChangeFeed

extension SimulatedAnswer {
    /// The answer as it arrives at a client that waits this long for the whole of it and undoes compression.
    package func result(timeout: Duration) -> APIResult {
        if delay >= timeout { return .failure(.timedOut(after: timeout)) }
        switch transport {
        case .whole: break
        case .reset: return .failure(.brokenOff("connection reset"))
        case .truncated: return .failure(.brokenOff("the body ended early"))
        case .brokenCompression: return .failure(.brokenOff("the body does not decompress"))
        }
        var response = APIResponse(status: status, body: body, duration: delay)
        response.date = serverTime
        response.totalCount = number("X-Total-Count")
        response.dailyLimit = number("X-RateLimit-Limit")
        response.dailyRemaining = number("X-RateLimit-Remaining")
        response.retryAfter = number("Retry-After").map { .seconds($0) }
        return .success(response)
    }

    private func number(_ header: String) -> Int? {
        headers.value(of: header).flatMap { Int($0) }
    }
}
