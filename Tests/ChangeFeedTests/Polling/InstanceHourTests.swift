@testable import ChangeFeed
import Testing

@Suite("How long polls wait to know which instance this is")
struct InstanceHourTests {
    private let fixture = InstanceFixture()
    private var start: Instant { fixture.start }

    @Test(
        "An API that is there and answers this path with failures alone is polled after an hour, and asked again",
        arguments: [500, 503, 302])
    func failsOnAndOn(status: Int) throws {
        var feed = fixture.feed(known: "ours")
        _ = fixture.ask(&feed, from: start, until: start + .minutes(58), fixture.answer(status))
        #expect(!fixture.isSending(&feed, at: start + .minutes(58)))
        let last = try #require(
            fixture.ask(&feed, from: start + .minutes(58), until: start + .minutes(66), fixture.answer(status)).last)
        #expect(last >= start + .hours(1))
        #expect(feed.takeNotices().last == .instanceUntold(known: "ours"))
        #expect(feed.memory.health.instance == nil)
        #expect(feed.lane(ResourceName("contacts"))?.isBusy == true)
        #expect(feed.instanceRequest(at: last + .minutes(9)) == nil)
        #expect(feed.instanceRequest(at: last + .minutes(10)) != nil)
    }

    @Test("While nothing is reached at all, no hour is counted: the polls would not be answered either")
    func unreachable() {
        var feed = fixture.feed(known: "ours")
        let begun = fixture.ask(&feed, from: start, until: start + .hours(3), .failure(.unreachable("no route")))
        #expect(begun.count > 30)
        let after = fixture.ask(
            &feed, from: start + .hours(3), until: start + .hours(3) + .minutes(30), fixture.answer(503))
        #expect(!after.isEmpty)
        #expect(!fixture.isSending(&feed, at: start + .hours(3) + .minutes(31)))
    }

    private var dayUsedUp: APIResult {
        var response = APIResponse(status: 429, body: [], duration: .zero)
        response.retryAfter = .hours(1)
        return .success(response)
    }

    @Test("While the day is used up, no hour is counted: the polls would be refused as well")
    func dayIsUsedUp() {
        var feed = fixture.feed(known: "ours")
        let asked = fixture.ask(&feed, from: start, until: start + .hours(8), dayUsedUp)
        #expect(asked.count == 8)
        #expect(!fixture.isSending(&feed, at: start + .hours(8)))
        // The day begins anew.
        #expect(feed.instanceRequest(at: start + .hours(10)) != nil)
        let another = feed.tookInstance(fixture.instance("theirs"), at: start + .hours(10), jitter: 0)
        #expect(another == .another(known: "ours", found: "theirs"))
        #expect(!fixture.isSending(&feed, at: start + .days(1)))
    }

    @Test(
        "What was counted of the hour stays counted over a refusal and a network that drops each n-th dial",
        arguments: [2, 10])
    func counted(each dropped: Int) throws {
        var feed = fixture.feed(known: "ours")
        let dials = fixture.ask(&feed, from: start, until: start + .hours(3)) {
            $0 % dropped == dropped - 1 ? .failure(.unreachable("no route")) : fixture.answer(500)
        }
        #expect(try #require(dials.last) - start >= .hours(1))
        #expect(isBusy(feed))

        feed = fixture.feed(known: "ours")
        _ = fixture.ask(&feed, from: start, until: start + .minutes(40), fixture.answer(500))
        _ = fixture.ask(&feed, from: start + .minutes(40), until: start + .hours(3), dayUsedUp)
        #expect(!isBusy(feed))
        _ = fixture.ask(&feed, from: start + .hours(4), until: start + .hours(4) + .minutes(30), fixture.answer(500))
        #expect(isBusy(feed))
    }

    @Test("What was counted of the hour, and since when it is waited for, is kept over a restart")
    func restarted() {
        var feed = fixture.feed(known: "ours")
        _ = fixture.ask(&feed, from: start, until: start + .minutes(40), fixture.answer(500))
        let wait = feed.memory.health.instance
        let again = start + .hours(3)
        feed = fixture.feed(known: "ours", wait: wait, at: again)
        #expect(feed.memory.health.instance == wait)
        _ = fixture.ask(&feed, from: again, until: again + .minutes(15), fixture.answer(500))
        #expect(!isBusy(feed))
        #expect(feed.memory.health.instance?.since == start)
        _ = fixture.ask(&feed, from: again + .minutes(15), until: again + .minutes(32), fixture.answer(500))
        #expect(isBusy(feed))
        #expect(feed.memory.health.instance == nil)
    }

    @Test("What a clock that ran ahead has kept is taken for now, and nothing is kept where nobody knows the instance")
    func odd() {
        let ahead = APIHealth.InstanceWait(since: start + .days(9), status: 500, counted: .days(9))
        #expect(fixture.feed(known: nil, wait: ahead).memory.health.instance == nil)
        var feed = fixture.feed(known: "ours", wait: ahead)
        #expect(feed.memory.health.instance?.since == start)
        #expect(feed.memory.health.instance?.counted == .hours(1))
        #expect(!fixture.isSending(&feed, at: start))
    }

    private func isBusy(_ feed: AccountFeed) -> Bool { feed.lane(ResourceName("contacts"))?.isBusy == true }

    /// The hour is over, and the poll that went out then is refused like all else.
    private func pastTheHour(_ feed: inout AccountFeed) throws -> Instant {
        let asked = fixture.ask(&feed, from: start, until: start + .hours(2), fixture.answer(503))
        let last = try #require(asked.last)
        #expect(isBusy(feed))
        _ = feed.receive(fixture.answer(503), for: ResourceName("contacts"), at: last, jitter: 0)
        return last
    }

    @Test("Where all failed for an hour, the first page to come is not written before the instance is asked for again")
    func backAgain() throws {
        for (found, isWritten) in [
            (fixture.instance("theirs"), false), (fixture.instance("ours"), true), (fixture.answer(503), true),
        ] {
            var feed = fixture.feed(known: "ours")
            let now = try pastTheHour(&feed) + .minutes(2)
            #expect(fixture.isSending(&feed, at: now))
            let first = feed.receive(fixture.answer(200, "[]"), for: ResourceName("contacts"), at: now, jitter: 0)
            guard case .problem = first else {
                Issue.record("a page of nobody knows which instance is to be written")
                continue
            }
            #expect(!fixture.isSending(&feed, at: now + .seconds(30)))
            #expect(feed.instanceRequest(at: now + .seconds(30)) != nil)
            _ = feed.tookInstance(found, at: now + .seconds(30), jitter: 0)
            guard fixture.isSending(&feed, at: now + .minutes(2)) else {
                #expect(!isWritten)
                continue
            }
            let second = feed.receive(
                fixture.answer(200, "[]"), for: ResourceName("contacts"), at: now + .minutes(2), jitter: 0)
            if case .commit = second { #expect(isWritten) } else { #expect(!isWritten) }
        }
    }

    @Test("Where it is answered before the first page comes, that page is written")
    func answeredMeanwhile() throws {
        var feed = fixture.feed(known: "ours")
        let now = try pastTheHour(&feed) + .minutes(11)
        #expect(feed.instanceRequest(at: now) != nil)
        #expect(feed.tookInstance(fixture.instance("ours"), at: now, jitter: 0) == .same)
        #expect(fixture.isSending(&feed, at: now + .seconds(1)))
        let page = feed.receive(
            fixture.answer(200, "[]"), for: ResourceName("contacts"), at: now + .seconds(2), jitter: 0)
        guard case .commit = page else {
            Issue.record("a page of the store's instance is left out")
            return
        }
    }
}
