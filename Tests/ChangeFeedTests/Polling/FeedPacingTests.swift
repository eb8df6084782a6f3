// When a feed polls, and how it shares a day's requests between polls and all else.

import ChangeFeed
import Testing

@Suite("Pacing of a feed")
struct FeedPacingTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private var longAgo: Instant { start - .days(100) }

    private func api(_ count: Int) -> ScriptedAPI {
        ScriptedAPI(records: (0..<count).map { .init(id: $0 + 1, name: "A", created: longAgo, updated: longAgo) })
    }

    @Test("Polls are one interval apart, and those missed are not made up for")
    func schedule() {
        var driver = FeedDriver(plans: [ScriptedAPI.plan(interval: .minutes(10))], api: api(1), now: start)
        driver.run(until: start + .minutes(35))
        driver.now = start + .hours(5) + .minutes(3)
        driver.run(until: start + .hours(5) + .minutes(25))
        let minutes = driver.pollsBegun.map { Int(($0 - start).inSeconds) / 60 }
        #expect(minutes.filter { $0 > 0 } == [10, 20, 30, 303, 310, 320])
    }

    @Test("A baseline of 2,000 requests spreads out over the day, within the share, and holds no poll up")
    func longBaseline() {
        var driver = FeedDriver(plans: [ScriptedAPI.plan(pageSize: 3)], api: api(0), now: start)
        let (limit, pages) = (2_500, 2_000)
        var (times, oldest) = ([Instant](), 0)
        driver.run(until: start + .hours(30)) { _, request, now in
            times.append(now)
            while now - times[oldest] >= .hours(24) { oldest += 1 }
            let items = Dictionary(uniqueKeysWithValues: request.target.query.map { ($0.name, $0.value) })
            let isList = !request.target.path.hasSuffix("/Search")
            let (skip, top) = (Int(items["skip"] ?? "") ?? 0, Int(items["top"] ?? "") ?? 0)
            // Each page of the list begins with the last record of the one before.
            let ids = isList ? skip..<min(skip + top, 2 * pages) : 0..<0
            let records = ids.map { ScriptedAPI.json(.init(id: $0 + 1, name: "A", created: longAgo, updated: longAgo)) }
            var response = APIResponse(
                status: 200, body: Array("[\(records.joined(separator: ","))]".utf8), duration: .zero)
            response.date = now.wholeSecond
            response.dailyLimit = limit
            response.dailyRemaining = limit - (times.count - oldest)
            response.totalCount = isList ? 2 * pages : 0
            return .success(response)
        }
        #expect(driver.learned.count == 2 * pages)
        #expect(driver.problems.isEmpty)
        #expect(most(of: times, within: .hours(24)) <= limit)
        // A twentieth at once, and a tenth more than an even part.
        #expect(most(of: times, within: .hours(1)) <= limit / 20 + limit * 11 / 240 + 1)
        for (poll, time) in driver.pollsBegun.enumerated() {
            let due = start + .minutes(15 * poll)
            #expect(time >= due && time < due + .minutes(1))
        }
        #expect(driver.pollsBegun.count == 30 * 4 + 1)
    }

    @Test("A resource that fails again and again leaves the others' intervals as they are")
    func failingResource() {
        var plans = ["contacts", "leads", "projects"].map { ScriptedAPI.plan($0, interval: .minutes(30)) }
        plans[1].search = try! URLTemplate(parsing: "/Leads/Search?updated_after_utc=${epoch:s}")
        var driver = FeedDriver(plans: plans, api: api(0), now: start)
        driver.run(until: start + .hours(10)) { api, request, now in
            guard case .success(var response) = api.answer(request, at: now) else { return .failure(.unreachable("")) }
            (response.dailyLimit, response.dailyRemaining) = (500, 400)
            if request.target.path.hasPrefix("/Leads") { response.status = 500 }
            return .success(response)
        }
        #expect(driver.problems.count > 50)
        #expect(driver.feed.schedule?.entries.allSatisfy { $0.interval == .minutes(30) } == true)
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.polledAt == start + .hours(10))
    }

    @Test("A resource that asks to be left alone is, for an hour at most, and the others go on")
    func restingResource() {
        var plans = ["contacts", "leads"].map { ScriptedAPI.plan($0, interval: .minutes(30)) }
        plans[1].search = try! URLTemplate(parsing: "/Leads/Search?updated_after_utc=${epoch:s}")
        var driver = FeedDriver(plans: plans, api: api(0), now: start)
        var asked = 0
        driver.run(until: start + .hours(10)) { api, request, now in
            guard request.target.path.hasPrefix("/Leads") else { return api.answer(request, at: now) }
            asked += 1
            var response = APIResponse(status: 503, body: [], duration: .zero)
            response.retryAfter = .hours(2)
            return .success(response)
        }
        #expect((9...11).contains(asked))
        #expect(driver.feed.lane(ResourceName("contacts"))?.progress?.polledAt == start + .hours(10))
    }

    private func most(of times: [Instant], within duration: Duration) -> Int {
        var (most, oldest) = (0, 0)
        for (index, time) in times.enumerated() {
            while time - times[oldest] >= duration { oldest += 1 }
            most = max(most, index - oldest + 1)
        }
        return most
    }
}
