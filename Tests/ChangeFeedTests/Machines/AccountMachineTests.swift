import ChangeFeed
import Testing
import VirtualTime

@Suite("The machine of an account")
struct AccountMachineTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)

    private typealias Script = AccountScript

    private func script(_ names: [String] = ["contacts"]) -> Script {
        let feed = AccountFeed(
            plans: names.map { ScriptedAPI.plan($0) }, progress: [:], start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        return Script(feed, at: start)
    }

    private var page: APIResult {
        var api = ScriptedAPI.holding(1, since: start - .days(1))
        return api.answer(
            APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .poll), at: start)
    }

    @Test("A request leaves once it is counted, and not where it cannot be")
    func counts() throws {
        var script = script()
        #expect(script.asks == "count")
        #expect(script.sent.isEmpty)
        try script.fail()
        #expect(script.sent.isEmpty)
        let told = script.news.contains { if case .storeFailed(.count, _, _) = $0 { true } else { false } }
        #expect(told)
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "count")
        try script.answer()
        #expect(script.sent == [.resource(ResourceName("contacts"))])
    }

    @Test("Answers wait for the store in their order, and each page is written before the next is looked at")
    func inOrder() throws {
        var script = script(["contacts", "leads"])
        try script.answer()
        script.now = script.now + .seconds(1)
        script.take(.wake)
        try script.answer()
        #expect(script.sent.count == 2)
        let (first, second) = (script.sent[0], script.sent[1])
        script.take(.answered(second, page))
        script.take(.answered(first, page))
        #expect(script.asks == "commit")
        var summary = CommitSummary()
        summary.created = 1
        try script.answer(.committed(summary))
        #expect(script.eventsQueued == 1)
        #expect(script.asks == "commit")
        try script.answer(.committed(CommitSummary()))
        #expect(script.eventsQueued == 1)
    }

    @Test("A release that comes while a page is written outlasts the progress that the page brings along")
    func releasedMeanwhile() throws {
        let plan = ScriptedAPI.plan()
        var progress = ResourceProgress(
            newsThreshold: .since(start - .days(1)), cursor: start - .hours(1), polledAt: start - .hours(1),
            baseline: .complete)
        progress.presence.hold = .held(since: start - .minutes(9), .listIsEmpty)
        let feed = AccountFeed(
            plans: [plan], progress: [plan.name: progress], start: .now, overlap: .zero, sweepInterval: .hours(24),
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: start), at: start)
        var script = Script(feed, at: start)
        try script.answer()
        script.take(.answered(script.sent[0], page))
        #expect(script.asks == "commit")
        script.take(.release(plan.name))
        try script.answer(.committed(CommitSummary()))
        #expect(script.machine.feed.lane(plan.name)?.progress?.presence.hold == .released)
    }

    @Test("A stop gives up the request that was about to leave, and waits for pages that are under way")
    func stops() throws {
        var script = script(["contacts", "leads"])
        try script.answer()
        script.now = script.now + .seconds(1)
        script.take(.wake)
        #expect(script.asks == "count")
        script.take(.stop)
        #expect(!script.machine.isDone)
        // The count is answered all the same: nothing leaves.
        try script.answer()
        #expect(script.sent.count == 1)
        script.take(.answered(script.sent[0], page))
        #expect(script.asks == "commit")
        try script.answer(.committed(CommitSummary()))
        #expect(script.machine.isDone)
    }

    @Test("A stop ends when its time is over, whatever is still under way")
    func stopsForCertain() throws {
        var script = script()
        try script.answer()
        script.take(.stop)
        let limit = try #require(script.machine.alarm)
        #expect(limit == script.now + Limits.pollingMayFinish)
        script.now = limit
        script.take(.wake)
        #expect(script.machine.isDone)
    }

    @Test("That the API is tried again is kept before anything else is asked for")
    func resumes() throws {
        var script = script()
        try script.answer()
        script.take(.answered(script.sent[0], .success(APIResponse(status: 401, body: [], duration: .zero))))
        #expect(script.asks == "remember")
        script.take(.resumeAPI)
        try script.answer()
        #expect(script.asks == "resumed")
        try script.answer()
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "count")
    }
}
