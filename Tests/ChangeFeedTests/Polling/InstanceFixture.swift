@testable import ChangeFeed

/// Asks a feed which instance it polls, as the daemon does.
struct InstanceFixture {
    let start = Instant(secondsSince1970: 1_764_000_000)

    func answer(_ status: Int, _ body: String = "{}") -> APIResult {
        .success(APIResponse(status: status, body: Array(body.utf8), duration: .zero))
    }

    func instance(_ name: String) -> APIResult {
        answer(200, #"{"INSTANCE_NAME":"Ours","INSTANCE_SUBDOMAIN":"\#(name)"}"#)
    }

    /// - Parameter wait: what the process before this one left.
    func feed(known: String?, wait: APIHealth.InstanceWait? = nil, at start: Instant? = nil) -> AccountFeed {
        let start = start ?? self.start
        return AccountFeed(
            plans: [ScriptedAPI.plan(pageSize: 10, interval: .minutes(1))], progress: [:], start: .now,
            overlap: .minutes(5), sweepInterval: nil, instance: InstanceCheck(known: known, wait: wait, at: start),
            budget: RequestBudget(terms: .init(requestsPerSecond: 5, quotaShare: 1), at: start), at: start)
    }

    func isSending(_ feed: inout AccountFeed, at now: Instant) -> Bool {
        if case .send = feed.next(at: now) { return true }
        return false
    }

    func ask(_ feed: inout AccountFeed, from now: Instant, until end: Instant, _ result: APIResult) -> [Instant] {
        ask(&feed, from: now, until: end) { _ in result }
    }

    /// Asks as the daemon does, until a time, or until a poll goes out.
    ///
    /// - Parameter answer: to the question of that number, from 0 on.
    func ask(
        _ feed: inout AccountFeed, from now: Instant, until end: Instant, answer: (Int) -> APIResult
    ) -> [Instant] {
        var asked: [Instant] = []
        var now = now
        while now <= end {
            if feed.instanceRequest(at: now) != nil {
                let result = answer(asked.count)
                asked.append(now)
                _ = feed.tookInstance(result, at: now, jitter: 0)
                continue
            }
            guard case .wait(let until?) = feed.next(at: now) else { return asked }
            now = max(until, now + .microseconds(1))
        }
        return asked
    }
}
