@testable import ChangeFeed
import Testing

@Suite("AccountFeed")
struct AccountFeedTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private var longAgo: Instant { start - .days(100) }

    private func api(_ count: Int) -> ScriptedAPI { .holding(count, since: longAgo) }

    @Test("A first run from now learns everything without a word, and reports what changes after")
    func startNow() {
        var driver = FeedDriver(api: api(7), now: start)
        driver.run(until: start + .minutes(5))
        #expect(driver.learned.count == 7)
        #expect(driver.changes.isEmpty)
        driver.api.records[2].name = "B"
        driver.api.records[2].updated = start + .minutes(6)
        driver.api.records.append(.init(id: 8, name: "N", created: start + .minutes(7), updated: start + .minutes(7)))
        driver.run(until: start + .minutes(20))
        #expect(driver.kinds == ["3 updated", "8 created"])
        #expect(driver.changes.first?.changes?.map(\.path) == ["/LAST_NAME"])
    }

    @Test("A first run from the beginning reports every record as created, once")
    func startBeginning() {
        var driver = FeedDriver(api: api(7), start: .beginning, now: start)
        driver.run(until: start + .hours(1))
        #expect(driver.kinds.sorted() == (1...7).map { "\($0) created" })
    }

    @Test("A first run from a given time reports what changed since, and learns the rest")
    func startAtTime() {
        var api = api(4)
        api.records[1].updated = start - .hours(2)
        api.records[3].created = start - .hours(1)
        api.records[3].updated = start - .hours(1)
        var driver = FeedDriver(api: api, start: .at(start - .hours(3)), now: start)
        driver.run(until: start + .hours(1))
        #expect(driver.kinds.sorted() == ["2 updated", "4 created"])
        #expect(driver.changes.first { $0.kind == .updated }?.changes == nil)
        #expect(driver.learned.count == 2)
    }

    @Test("Polls go on while a long baseline is walked, and changes are found meanwhile")
    func pollsDuringBaseline() {
        let plan = ScriptedAPI.plan(pageSize: 1, interval: .seconds(10))
        var driver = FeedDriver(plans: [plan], api: api(600), now: start)
        driver.run(until: start + .seconds(5))
        driver.api.records[599].name = "B"
        driver.api.records[599].updated = start + .seconds(5)
        driver.run(until: start + .seconds(12))
        #expect(driver.feed.lane(plan.name)?.progress?.baseline != .complete)
        #expect(driver.kinds == ["600 updated"])
    }

    @Test(
        "A baseline cut short is taken up again where it ended, whatever left the list meanwhile",
        arguments: [0, 1, 30])
    func baselineResumes(gone: Int) {
        let plan = ScriptedAPI.plan(pageSize: 5)
        let progress = ResourceProgress(
            newsThreshold: .since(start), cursor: start, polledAt: start,
            baseline: .walking(covered: 50, last: RecordID("50")))
        var api = api(100)
        api.records.removeFirst(gone)
        var driver = FeedDriver(plans: [plan], api: api, now: start, progress: [plan.name: progress])
        driver.run(until: start + .minutes(5))
        #expect(Set(driver.learned.map(\.text)).isSuperset(of: (51...100).map(String.init)))
        #expect(driver.learned.count <= 70)
        #expect(driver.feed.lane(plan.name)?.progress?.baseline == .complete)
    }

    @Test("A nightly sync that stamps thousands of records in one second is told record by record, once")
    func nightlySync() {
        var driver = FeedDriver(plans: [ScriptedAPI.plan(pageSize: 500)], api: api(3_210), now: start)
        driver.run(until: start + .minutes(14))
        for index in driver.api.records.indices {
            driver.api.records[index].name = "S"
            driver.api.records[index].updated = start + .minutes(14)
        }
        driver.run(until: start + .minutes(46))
        #expect(driver.changes.count == 3_210)
        #expect(Set(driver.changes.map(\.recordID)).count == 3_210)
        #expect(driver.changes.allSatisfy { $0.kind == .updated })
    }

    @Test("A poll reads back behind its cursor, so that a commit that turns up late is found")
    func overlap() {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start + .minutes(16))
        // Stamped before the poll at 15 minutes began, visible only after it.
        let stamp = start + .minutes(12)
        driver.api.records.append(.init(id: 9, name: "L", created: stamp, updated: stamp))
        driver.run(until: start + .minutes(31))
        #expect(driver.kinds == ["9 created"])
    }

    @Test(
        "A server clock that is set back hides no change, whether by hours or by less than an interval",
        arguments: [180, 12])
    func clockSetBack(minutes: Int) {
        var api = api(1)
        api.clockOffset = .minutes(minutes)
        var driver = FeedDriver(api: api, now: start)
        driver.run(until: start + .minutes(16))
        driver.api.clockOffset = .zero
        driver.api.records[0].name = "B"
        driver.api.records[0].updated = start + .minutes(17)
        driver.run(until: start + .minutes(31))
        #expect(driver.kinds == ["1 updated"])
    }

    @Test(
        "A resource that is refused for ever, as an unknown path is, keeps no other from being read",
        arguments: [401, 429])
    func oneRefused(status: Int) {
        let plans = [ScriptedAPI.plan("contacts"), ScriptedAPI.plan("leads")]
        var feed = AccountFeed(
            plans: plans, progress: [:], start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        var api = api(3)
        var now = start
        var answered: [ResourceName: Int] = [:]
        while now < start + .hours(24) {
            switch feed.next(at: now) {
            case .wait(let until):
                now = max(until ?? start + .hours(24), now + .microseconds(1))
            case .send(let name, let request):
                answered[name, default: 0] += 1
                let refusal = APIResult.success(APIResponse(status: status, body: [], duration: .zero))
                let result = name.text == "contacts" ? refusal : api.answer(request, at: now)
                if case .commit(let page) = feed.receive(result, for: name, at: now, jitter: 0) {
                    _ = feed.committed(page, CommitSummary(), at: now)
                }
            }
        }
        #expect(answered[ResourceName("leads"), default: 0] > 48)
        #expect(answered[ResourceName("contacts"), default: 0] < (status == 401 ? 150 : 1_000))
    }

    @Test("A server clock that is set back is noticed also where the poll's first answer comes late")
    func clockSetBackBehindAFailure() {
        var api = api(1)
        api.clockOffset = .minutes(20)
        var driver = FeedDriver(api: api, now: start)
        driver.run(until: start + .minutes(16))
        driver.api.clockOffset = .zero
        driver.api.records[0].name = "B"
        driver.api.records[0].updated = start + .minutes(17)
        driver.run(until: start + .minutes(55)) { _, _, _ in
            .success(APIResponse(status: 503, body: [], duration: .zero))
        }
        driver.run(until: start + .minutes(75))
        #expect(driver.kinds == ["1 updated"])
    }

    @Test("A missing id field is reported with the record and the key to check")
    func missingID() {
        var driver = FeedDriver(api: api(1), now: start)
        driver.run(until: start) { _, _, _ in
            .success(APIResponse(status: 200, body: Array("[{\"LEAD_ID\":1}]".utf8), duration: .zero))
        }
        #expect(driver.problems.first?.remedy == .needsAttention)
        #expect(driver.problems.first?.description.contains("idField") == true)
    }

    @Test("A resource has one request in flight at most, and others go on beside it")
    func oneInFlight() {
        let plans = [ScriptedAPI.plan("contacts"), ScriptedAPI.plan("leads")]
        var feed = AccountFeed(
            plans: plans, progress: [:], start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        var sent: [ResourceName] = []
        var now = start
        for _ in 0..<20 {
            if case .send(let name, _) = feed.next(at: now) { sent.append(name) }
            now = now + .hours(1)
        }
        #expect(Set(sent) == [ResourceName("contacts"), ResourceName("leads")])
        #expect(sent.count == 2)
    }

    @Test("First contacts go before everything, and after a restart what has waited longest is polled first")
    func urgency() {
        func progress(minutesAgo minutes: Int) -> ResourceProgress {
            let time = start - .minutes(minutes)
            return ResourceProgress(newsThreshold: .since(time), cursor: time, polledAt: time, baseline: .complete)
        }
        let names = ["contacts", "leads", "organisations", "projects"]
        var feed = AccountFeed(
            plans: names.map { ScriptedAPI.plan($0) },
            progress: [
                ResourceName("contacts"): progress(minutesAgo: 1), ResourceName("leads"): progress(minutesAgo: 40),
                ResourceName("organisations"): progress(minutesAgo: 20),
            ], start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        var sent: [String] = []
        for second in 0..<4 {
            if case .send(let name, _) = feed.next(at: start + .seconds(second)) { sent.append(name.text) }
        }
        #expect(sent == ["projects", "leads", "organisations", "contacts"])
    }

    @Test("A page that the store could not write is read again from the poll's beginning")
    func commitFails() {
        var feed = AccountFeed(
            plans: [ScriptedAPI.plan()], progress: [:], start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        var api = api(3)
        guard case .send(let name, let first) = feed.next(at: start),
            case .commit(let page) = feed.receive(api.answer(first, at: start), for: name, at: start, jitter: 0)
        else {
            Issue.record("no page came")
            return
        }
        feed.commitFailed(page, at: start, jitter: 0)
        guard case .send(_, let again) = feed.next(at: start + .seconds(5)) else {
            Issue.record("nothing was asked for again")
            return
        }
        #expect(again == first)
    }
}
