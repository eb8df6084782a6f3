// Polls before their time: an operator's, and those that hints ask for.

import ChangeFeed
import Testing
import VirtualTime

@Suite("Polls before their time")
struct EarlyPollsTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private let contacts = ResourceName("contacts")

    private func driver(_ plans: [ResourcePlan]? = nil, sweeps: Duration? = nil) -> FeedDriver {
        FeedDriver(
            plans: plans ?? [ScriptedAPI.plan(interval: .minutes(10))],
            api: ScriptedAPI.holding(1, since: start - .days(100)), sweepInterval: sweeps, now: start)
    }

    /// When polls began after the first minute, in seconds since the start.
    private func polls(_ driver: FeedDriver) -> [Double] {
        driver.pollsBegun.map { ($0 - start).inSeconds }.filter { $0 > 60 }
    }

    private func count(_ purpose: RequestPurpose, _ driver: FeedDriver) -> Int {
        driver.api.requests.count { $0.purpose == purpose }
    }

    // MARK: - The operator

    @Test("What the operator wants polled is polled at once, as any poll, and again an interval later")
    func operatorAsks() {
        var driver = driver()
        driver.run(until: start + .seconds(100))
        driver.pollNow()
        driver.run(until: start + .seconds(1_500))
        #expect(polls(driver) == [100, 700, 1_300])
        #expect(count(.hint, driver) == 0)
    }

    @Test("A script that wants a poll twenty times a second gets one every five seconds")
    func operatorAsksInALoop() {
        var driver = driver()
        for time in stride(from: 100, to: 130, by: 0.05) {
            driver.run(until: start + .milliseconds(Int64(time * 1_000)))
            driver.pollNow()
        }
        driver.run(until: start + .seconds(700))
        #expect(polls(driver) == [100, 105, 110, 115, 120, 125, 130])
    }

    @Test("Of several resources the one that the operator wants goes first")
    func operatorGoesFirst() {
        var plans = [ScriptedAPI.plan("leads"), ScriptedAPI.plan()]
        plans[0].search = try! URLTemplate(parsing: "/Leads/Search?updated_after_utc=${epoch:s}")
        var driver = driver(plans)
        driver.run(until: start + .minutes(14))
        // Both are due by then.
        driver.now = start + .minutes(20)
        driver.pollNow()
        let before = driver.api.requests.count
        driver.run(until: start + .minutes(21))
        #expect(driver.api.requests[before...].map(\.target.path) == ["/Contacts/Search", "/Leads/Search"])
    }

    @Test("An interval that becomes another does not make a poll forgotten that was asked for")
    func operatorAsksDuringReload() {
        var clock = PollClock(interval: .minutes(10), firstDue: start)
        clock.begin(at: start)
        clock.beginEarly(at: start + .minutes(4))
        #expect(clock.due == start + .minutes(14))
        clock.pace(.minutes(20), isGrid: true)
        #expect(clock.due == start + .minutes(24))
    }

    // MARK: - Hints

    @Test("A hint is a poll a second later, one however many come meanwhile, and the next is an interval after it")
    func hint() {
        var driver = driver()
        for tenth in 0..<9 {
            driver.run(until: start + .milliseconds(100_000 + 100 * tenth))
            driver.hint()
        }
        driver.run(until: start + .seconds(1_500))
        #expect(polls(driver) == [101, 701, 1_301])
        #expect(count(.hint, driver) == 1)
    }

    @Test("A hinted poll is a whole one: what changed is found, and the cursor stands where it began")
    func whole() {
        var driver = driver()
        driver.run(until: start + .seconds(100))
        for id in 2...6 {
            driver.api.records.append(.init(id: id, name: "B", created: driver.now, updated: driver.now))
        }
        driver.hint()
        driver.run(until: start + .seconds(200))
        #expect(driver.kinds == (2...6).map { "\($0) created" })
        #expect(driver.feed.lane(contacts)?.progress?.polledAt == start + .seconds(101))
        #expect(driver.feed.lane(contacts)?.progress?.cursor == start + .seconds(101))
        // Every page of it is the hint's.
        #expect(count(.hint, driver) == 5)
    }

    @Test("A poll that begins of itself meanwhile is what the hint wanted")
    func regularComesFirst() {
        var driver = driver()
        driver.run(until: start + .milliseconds(599_500))
        driver.hint()
        driver.run(until: start + .seconds(1_000))
        #expect(polls(driver) == [600])
    }

    @Test("While nothing is known of the quota, hinted polls of a resource are a minute apart")
    func withoutQuota() {
        var driver = driver()
        for second in 100..<300 {
            driver.run(until: start + .seconds(second))
            driver.hint()
        }
        driver.run(until: start + .seconds(400))
        #expect(polls(driver) == [101, 161, 221, 281, 341])
    }

    @Test("A hinted poll that the budget stops halfway gives way to the regular one, which begins anew when it is due")
    func stoppedHalfway() {
        var driver = driver([ScriptedAPI.plan(pageSize: 3, interval: .hours(1))])
        let answer = { (api: inout ScriptedAPI, request: APIRequest, now: Instant) -> APIResult in
            guard case .success(var response) = api.answer(request, at: now) else { return .failure(.unreachable("")) }
            (response.dailyLimit, response.dailyRemaining) = (60, 60 - api.requests.count)
            return .success(response)
        }
        driver.run(until: start + .seconds(100), answering: answer)
        for id in 2...14 {
            driver.api.records.append(.init(id: id, name: "B", created: driver.now, updated: driver.now))
        }
        driver.hint()
        driver.run(until: start + .minutes(59), answering: answer)
        let before = driver.api.requests
        #expect((1..<7).contains(count(.hint, driver)), "\(count(.hint, driver))")
        driver.run(until: start + .minutes(61), answering: answer)
        #expect(polls(driver) == [101, 3_600])
        #expect(driver.api.requests[before.count].purpose == .poll)
        driver.run(until: start + .hours(8), answering: answer)
        #expect(Set(driver.kinds) == Set((2...14).map { "\($0) created" }))
    }

    @Test("A hint before the first contact waits for it, and a hint during a pause for its end")
    func waits() {
        var driver = driver()
        driver.hint()
        driver.run(until: start + .seconds(30)) { api, request, now in
            guard now < start + .seconds(20) else { return api.answer(request, at: now) }
            var response = APIResponse(status: 429, body: [], duration: .zero)
            response.retryAfter = .seconds(20)
            return .success(response)
        }
        let times = driver.api.requests.map(\.target.path)
        #expect(times.first == "/Contacts")
        #expect(driver.pollsBegun.allSatisfy { $0 >= start + .seconds(20) })
    }

    @Test("What rests after a failure rests, whatever is hinted or asked for")
    func rests() {
        var driver = driver()
        driver.run(until: start + .seconds(100))
        var asked: [Instant] = []
        for second in 100..<200 {
            driver.run(until: start + .seconds(second)) { _, _, now in
                asked.append(now)
                return .success(APIResponse(status: 403, body: [], duration: .zero))
            }
            driver.hint()
            driver.pollNow()
        }
        // A refusal rests for minutes.
        #expect(asked.count == 1)
    }

    @Test("A hint while a poll is under way makes one more after it, however the answer and its page are on their way")
    func during() throws {
        for hintedAt in 0..<3 {
            var script = try script()
            let asker = AccountMachine.Asker.resource(contacts)
            if hintedAt == 0 { script.take(.hint(contacts)) }
            script.take(.answered(asker, page))
            if hintedAt == 1 { script.take(.hint(contacts)) }
            try script.answer(.committed(CommitSummary()))
            if hintedAt == 2 { script.take(.hint(contacts)) }
            #expect(script.machine.alarm == script.now + .seconds(1))
            script.now = script.now + .seconds(1)
            script.take(.wake)
            #expect(purposeAsked(script) == .hint)
        }
    }

    @Test("What the operator asks for while a poll is under way is polled once more after it")
    func operatorDuring() throws {
        var script = try script()
        script.take(.pollNow(contacts))
        script.take(.answered(.resource(contacts), page))
        try script.answer(.committed(CommitSummary()))
        #expect(purposeAsked(script) == .poll || script.machine.alarm.map { $0 < script.now + .seconds(1) } == true)
    }

    @Test("A hinted poll that could not be written is made again, and the clock's comes when it would have")
    func lost() throws {
        var script = try script()
        script.take(.answered(.resource(contacts), page))
        try script.answer(.committed(CommitSummary()))
        let due = try #require(script.machine.feed.lane(contacts)).clock.due
        script.take(.hint(contacts))
        script.now = script.now + .seconds(1)
        script.take(.wake)
        try script.answer()
        script.take(.answered(.resource(contacts), page))
        try script.fail()
        #expect(script.machine.feed.lane(contacts)?.clock.due == due)
        script.now = script.now + .minutes(1)
        script.take(.wake)
        #expect(purposeAsked(script) == .hint)
    }

    /// A machine whose first poll is under way.
    private func script() throws -> AccountScript {
        let progress = ResourceProgress(
            newsThreshold: .beginning, cursor: start - .hours(1), polledAt: start - .hours(1), baseline: .complete)
        let feed = AccountFeed(
            plans: [ScriptedAPI.plan()], progress: [contacts: progress], start: .now, overlap: .zero,
            sweepInterval: nil, budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start),
            at: start)
        var script = AccountScript(feed, at: start)
        try script.answer()
        #expect(script.sent == [.resource(contacts)])
        return script
    }

    private var page: APIResult {
        var api = ScriptedAPI.holding(1, since: start - .days(1))
        return api.answer(APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .poll), at: start)
    }

    private func purposeAsked(_ script: AccountScript) -> RequestPurpose? {
        guard case .count(_, let request, _, _)? = script.question?.verb else { return nil }
        return request.purpose
    }
}
