@testable import ChangeFeed
import Testing

@Suite("Which instance this is")
struct InstanceCheckTests {
    private let fixture = InstanceFixture()
    private var start: Instant { fixture.start }

    @Test("Where the store knows of an instance, it is asked for before anything is polled")
    func asksFirst() {
        var feed = fixture.feed(known: "ours")
        #expect(feed.instanceRequest(at: start)?.target.path == "/Instance")
        #expect(!fixture.isSending(&feed, at: start + .seconds(5)))
        #expect(feed.instanceRequest(at: start + .seconds(5)) == nil)
        #expect(feed.tookInstance(fixture.instance("Ours"), at: start + .seconds(5), jitter: 0) == .same)
        #expect(fixture.isSending(&feed, at: start + .seconds(6)))
        #expect(feed.instanceRequest(at: start + .days(30)) == nil)
    }

    @Test("Another instance is polled no more")
    func another() {
        var feed = fixture.feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        let verdict = feed.tookInstance(fixture.instance("theirs"), at: start + .seconds(1), jitter: 0)
        #expect(verdict == .another(known: "ours", found: "theirs"))
        #expect(!fixture.isSending(&feed, at: start + .days(1)))
    }

    @Test(
        "An API that does not know the path, or refuses it, is polled all the same, and asked again later",
        arguments: [
            APIResult.success(.init(status: 404, body: [], duration: .zero)),
            .success(.init(status: 401, body: [], duration: .zero)),
            .success(.init(status: 403, body: [], duration: .zero)),
            .success(.init(status: 405, body: [], duration: .zero)),
            .success(.init(status: 501, body: [], duration: .zero)),
            .success(.init(status: 204, body: [], duration: .zero)),
            .success(.init(status: 200, body: Array("[]".utf8), duration: .zero)),
            .success(.init(status: 200, body: Array(#"{"INSTANCE_SUBDOMAIN":null}"#.utf8), duration: .zero)),
        ])
    func untold(result: APIResult) {
        var feed = fixture.feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        #expect(feed.tookInstance(result, at: start + .seconds(1), jitter: 0) == .unknown)
        #expect(feed.takeNotices() == [.instanceUntold(known: "ours")])
        #expect(fixture.isSending(&feed, at: start + .seconds(2)))
        #expect(feed.instanceRequest(at: start + .minutes(9)) == nil)
        #expect(feed.instanceRequest(at: start + .minutes(11)) != nil)
        #expect(feed.tookInstance(result, at: start + .minutes(11), jitter: 0) == .unknown)
        #expect(feed.instanceRequest(at: start + .minutes(30)) == nil)
        #expect(feed.instanceRequest(at: start + .minutes(32)) != nil)
        #expect(feed.takeNotices() == [])
    }

    /// What may well be answered the next time.
    private static let mayPass: [APIResult] = [
        .failure(.timedOut(after: .seconds(1))), .failure(.brokenOff("reset")), .failure(.unreachable("refused")),
        .failure(.tlsFailed("handshake")), .failure(.connectTimedOut(after: .seconds(1))), .failure(.shortage("files")),
        .success(.init(status: 500, body: [], duration: .zero)),
        .success(.init(status: 503, body: [], duration: .zero)),
        .success(.init(status: 302, body: [], duration: .zero)),
        .success(.init(status: 408, body: [], duration: .zero)),
        .success(.init(status: 200, body: Array("<html>Busy</html>".utf8), duration: .zero)),
        .success(.init(status: 200, body: Array(#"{"INSTANCE_SUBDOM"#.utf8), duration: .zero)),
    ]

    @Test("While a failure may pass, nothing is polled, and it is asked again after seconds", arguments: mayPass)
    func passing(result: APIResult) {
        var feed = fixture.feed(known: "ours")
        let asked = fixture.ask(&feed, from: start, until: start + .minutes(30), result)
        #expect(asked.prefix(4) == [start, start + .seconds(1), start + .seconds(3), start + .seconds(7)])
        #expect(zip(asked.dropFirst(), asked).allSatisfy { $0 - $1 <= .minutes(5) })
        #expect(!fixture.isSending(&feed, at: start + .minutes(31)))
        #expect(feed.takeNotices() == [.instanceAwaited(known: "ours", status: (try? result.get())?.status)])
        #expect(feed.memory.health.instance?.since == start)
        #expect(feed.instanceRequest(at: start + .minutes(40)) != nil)
        let another = feed.tookInstance(fixture.instance("theirs"), at: start + .minutes(40), jitter: 0)
        #expect(another == .another(known: "ours", found: "theirs"))
        #expect(!fixture.isSending(&feed, at: start + .days(1)))
    }

    @Test("Once it is answered, polls go out, and that is said")
    func passed() {
        var feed = fixture.feed(known: "ours")
        _ = fixture.ask(&feed, from: start, until: start + .seconds(10), fixture.answer(503))
        #expect(feed.instanceRequest(at: start + .seconds(20)) != nil)
        #expect(feed.tookInstance(fixture.instance("ours"), at: start + .seconds(20), jitter: 0) == .same)
        #expect(feed.takeNotices().last == .instanceIsSame)
        #expect(feed.memory.health.instance == nil)
        #expect(fixture.isSending(&feed, at: start + .seconds(21)))
    }

    @Test("A pause that is asked for is kept, an hour at most")
    func retryAfter() {
        var feed = fixture.feed(known: "ours")
        var busy = APIResponse(status: 503, body: [], duration: .zero)
        busy.retryAfter = .seconds(90)
        #expect(
            fixture.ask(&feed, from: start, until: start + .minutes(2), .success(busy)) == [
                start, start + .seconds(90),
            ])
        busy.retryAfter = .days(2)
        let asked = fixture.ask(&feed, from: start + .minutes(2), until: start + .minutes(64), .success(busy))
        #expect(asked == [start + .minutes(3), start + .minutes(63)])
    }

    @Test("An API that does not answer at all holds the first poll until it is known what came of the request")
    func silent() {
        var feed = fixture.feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        #expect(feed.next(at: start).isWait(until: nil))
        #expect(feed.next(at: start + .minutes(1)).isWait(until: nil))
        _ = feed.tookInstance(.failure(.timedOut(after: .minutes(2))), at: start + .minutes(2), jitter: 0)
        #expect(feed.next(at: start + .minutes(2)).isWait(until: start + .minutes(2) + .seconds(1)))
    }

    @Test("A pause that the API asked for holds this request too, and ends nothing")
    func paused() {
        var feed = fixture.feed(known: "ours")
        var tooMany = APIResponse(status: 429, body: [], duration: .zero)
        tooMany.retryAfter = .minutes(7)
        let asked = fixture.ask(&feed, from: start, until: start + .minutes(8), .success(tooMany))
        #expect(asked.count == 2)
        #expect((asked.last ?? start) - start >= .minutes(7))
        #expect(!fixture.isSending(&feed, at: start + .minutes(14)))
        #expect(feed.instanceRequest(at: start + .minutes(14)) == nil)
        #expect(feed.holdUp == .throttled)
    }

    @Test("Who resumes the API has it asked at once")
    func resumed() {
        var feed = fixture.feed(known: "ours")
        _ = fixture.ask(&feed, from: start, until: start + .minutes(20), fixture.answer(503))
        #expect(feed.instanceRequest(at: start + .minutes(20)) == nil)
        feed.resumeAPI()
        #expect(feed.instanceRequest(at: start + .minutes(20)) != nil)
    }

    @Test("Where nobody knows the instance, there is nothing to keep apart, and no failure holds a poll")
    func nothingToProtect() {
        var feed = fixture.feed(known: nil)
        guard case .send(let name, _) = feed.next(at: start),
            case .commit(let page) = feed.receive(fixture.answer(200, "[]"), for: name, at: start, jitter: 0)
        else {
            Issue.record("nothing was polled")
            return
        }
        _ = feed.committed(page, CommitSummary(), at: start)
        #expect(feed.instanceRequest(at: start + .seconds(1)) != nil)
        #expect(feed.tookInstance(fixture.answer(503), at: start + .seconds(1), jitter: 0) == .unknown)
        #expect(fixture.isSending(&feed, at: start + .seconds(2)))
        #expect(feed.instanceRequest(at: start + .seconds(3)) != nil)
    }

    @Test("What a poll brought that was under way when the instance turned out to be another is not written")
    func underWay() {
        var feed = fixture.feed(known: "ours")
        _ = feed.instanceRequest(at: start)
        _ = feed.tookInstance(fixture.answer(404), at: start, jitter: 0)
        #expect(feed.instanceRequest(at: start + .minutes(11)) != nil)
        guard case .send(let name, _) = feed.next(at: start + .minutes(11) + .seconds(1)) else {
            Issue.record("nothing was polled")
            return
        }
        _ = feed.tookInstance(fixture.instance("theirs"), at: start + .minutes(11) + .seconds(2), jitter: 0)
        let reaction = feed.receive(
            fixture.answer(200, "[]"), for: name, at: start + .minutes(11) + .seconds(3), jitter: 0)
        guard case .problem = reaction else {
            Issue.record("a page of another instance is to be written")
            return
        }
    }

    @Test("Where nobody knows the instance, the first page goes first, and it is learned then")
    func learned() {
        var feed = fixture.feed(known: nil)
        #expect(feed.instanceRequest(at: start) == nil)
        guard case .send(let name, _) = feed.next(at: start),
            case .commit(let page) = feed.receive(
                fixture.answer(200, "[]"), for: name, at: start + .seconds(1), jitter: 0)
        else {
            Issue.record("nothing was polled")
            return
        }
        _ = feed.committed(page, CommitSummary(), at: start + .seconds(1))
        #expect(feed.instanceRequest(at: start + .seconds(2)) != nil)
        #expect(feed.tookInstance(fixture.instance("ours"), at: start + .seconds(3), jitter: 0) == .learned("ours"))
    }
}

extension AccountFeed.Action {
    fileprivate func isWait(until: Instant?) -> Bool {
        if case .wait(let time) = self { return time == until }
        return false
    }
}
