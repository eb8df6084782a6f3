import ChangeFeed
import Testing

@Suite("Which instance this is")
struct InstanceCheckTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    private func answer(_ status: Int, _ body: String = "{}") -> APIResult {
        .success(APIResponse(status: status, body: Array(body.utf8), duration: .zero))
    }

    private func instance(_ name: String) -> APIResult {
        answer(200, #"{"INSTANCE_NAME":"Ours","INSTANCE_SUBDOMAIN":"\#(name)"}"#)
    }

    private func feed(known: String?) -> AccountFeed {
        AccountFeed(
            plans: [ScriptedAPI.plan(pageSize: 10, interval: .minutes(1))], progress: [:], start: .now,
            overlap: .minutes(5), sweepInterval: nil, instance: InstanceCheck(known: known, at: start),
            budget: RequestBudget(terms: .init(requestsPerSecond: 5, quotaShare: 1), at: start), at: start)
    }

    private func isSending(_ feed: inout AccountFeed, at now: Instant) -> Bool {
        if case .send = feed.next(at: now) { return true }
        return false
    }

    @Test("Where the store knows of an instance, it is asked for before anything is polled")
    func asksFirst() {
        var feed = feed(known: "ours")
        #expect(feed.instanceRequest(at: start)?.target.path == "/Instance")
        #expect(!isSending(&feed, at: start + .seconds(5)))
        #expect(feed.instanceRequest(at: start + .seconds(5)) == nil)
        #expect(feed.tookInstance(instance("Ours"), at: start + .seconds(5), jitter: 0) == .same)
        #expect(isSending(&feed, at: start + .seconds(6)))
        #expect(feed.instanceRequest(at: start + .days(30)) == nil)
    }

    @Test("Another instance is polled no more")
    func another() {
        var feed = feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        let verdict = feed.tookInstance(instance("theirs"), at: start + .seconds(1), jitter: 0)
        #expect(verdict == .another(known: "ours", found: "theirs"))
        #expect(!isSending(&feed, at: start + .days(1)))
    }

    @Test(
        "An API that does not say is polled all the same, and asked again later",
        arguments: [
            APIResult.failure(.timedOut(after: .seconds(1))), .success(.init(status: 404, body: [], duration: .zero)),
            .success(.init(status: 401, body: [], duration: .zero)),
            .success(.init(status: 500, body: [], duration: .zero)),
            .success(.init(status: 200, body: Array("[]".utf8), duration: .zero)),
            .success(.init(status: 200, body: Array(#"{"INSTANCE_SUBDOMAIN":null}"#.utf8), duration: .zero)),
        ])
    func unknown(result: APIResult) {
        var feed = feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        #expect(feed.tookInstance(result, at: start + .seconds(1), jitter: 0) == .unknown)
        #expect(isSending(&feed, at: start + .seconds(2)))
        #expect(feed.instanceRequest(at: start + .minutes(9)) == nil)
        #expect(feed.instanceRequest(at: start + .minutes(11)) != nil)
        #expect(feed.tookInstance(result, at: start + .minutes(11), jitter: 0) == .unknown)
        #expect(feed.instanceRequest(at: start + .minutes(30)) == nil)
        #expect(feed.instanceRequest(at: start + .minutes(32)) != nil)
    }

    @Test("An API that does not answer holds the first poll for ten seconds at most")
    func silent() {
        var feed = feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        #expect(feed.next(at: start).isWait(until: start + .seconds(10)))
        #expect(isSending(&feed, at: start + .seconds(10)))
    }

    @Test("A pause that the API asked for holds this request too, and ends the holding")
    func paused() {
        var feed = feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        _ = feed.tookInstance(answer(429), at: start, jitter: 0)
        #expect(!isSending(&feed, at: start + .milliseconds(500)))
    }

    @Test("Where nobody knows the instance, the first page goes first, and it is learned then")
    func learned() {
        var feed = feed(known: nil)
        #expect(feed.instanceRequest(at: start) == nil)
        guard case .send(let name, _) = feed.next(at: start),
            case .commit(let page) = feed.receive(answer(200, "[]"), for: name, at: start + .seconds(1), jitter: 0)
        else {
            Issue.record("nothing was polled")
            return
        }
        _ = feed.committed(page, CommitSummary(), at: start + .seconds(1))
        #expect(feed.instanceRequest(at: start + .seconds(2)) != nil)
        #expect(feed.tookInstance(instance("ours"), at: start + .seconds(3), jitter: 0) == .learned("ours"))
    }
}

extension AccountFeed.Action {
    fileprivate func isWait(until: Instant) -> Bool {
        if case .wait(let time) = self { return time == until }
        return false
    }
}
