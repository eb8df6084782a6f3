// An account's machine that is given another plan while it runs.

@testable import ChangeFeed
import Testing
import VirtualTime

@Suite("Another plan for an account")
struct AccountPlanTests {
    private static let start = Instant(secondsSince1970: 1_764_000_000)

    private func plan(
        _ resources: [ResourcePlan], api: String = "first", requestsPerSecond: Double = 10
    ) -> AccountPlan {
        AccountPlan(
            resources: resources, start: .now, overlap: .zero, sweepInterval: nil,
            budget: .init(requestsPerSecond: requestsPerSecond, quotaShare: 1),
            api: Fingerprint(of: Array(api.utf8)[...]))
    }

    private var progress: ResourceProgress {
        ResourceProgress(
            newsThreshold: .since(Self.start - .days(1)), cursor: Self.start - .hours(1),
            polledAt: Self.start - .hours(1), baseline: .complete)
    }

    private func script(_ resources: [ResourcePlan]) -> AccountScript {
        let feed = AccountFeed(
            plans: resources, progress: Dictionary(uniqueKeysWithValues: resources.map { ($0.name, progress) }),
            start: .now, overlap: .zero, sweepInterval: nil,
            budget: RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: Self.start), at: Self.start)
        return AccountScript(feed, api: plan([]).api, at: Self.start)
    }

    private var page: APIResult {
        var api = ScriptedAPI.holding(1, since: Self.start - .days(1))
        return api.answer(APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .poll), at: Self.start)
    }

    private var contacts: AccountMachine.Asker { .resource(ResourceName("contacts")) }
    private var leads: AccountMachine.Asker { .resource(ResourceName("leads")) }

    @Test("A resource whose interval alone is new goes on with the request that is under way")
    func interval() throws {
        var script = script([ScriptedAPI.plan()])
        try script.answer()
        script.take(.plan(plan([ScriptedAPI.plan(interval: .minutes(1))])))
        #expect(script.asks == "adopt")
        try script.answer(.adopted(AccountMemory()))
        #expect(script.goesBy?.resources.first?.interval == .every(.minutes(1)))
        script.take(.answered(contacts, page))
        #expect(script.asks == "commit")
        try script.answer(.committed(CommitSummary()))
        #expect(script.machine.alarm == Self.start + .minutes(1))
    }

    @Test("What was asked for a resource that is read in another way now is not taken for its answer")
    func readAnotherWay() throws {
        var script = script([ScriptedAPI.plan()])
        try script.answer()
        #expect(script.sent == [contacts])
        var other = ScriptedAPI.plan()
        other.idField = FieldPath("LEAD_ID")
        script.take(.plan(plan([other])))
        try script.answer(.adopted(AccountMemory(progress: [other.name: progress])))
        script.now = script.now + .seconds(5)
        script.take(.wake)
        // Not before the former request has ended: a resource has one under way at most.
        #expect(script.asks == nil)
        script.take(.answered(contacts, page))
        #expect(script.asks == "remember")
        try script.answer()
        #expect(script.asks == "count")
        try script.answer()
        #expect(script.sent == [contacts, contacts])
    }

    @Test("A resource that is gone is asked for no more, and one that is new at once; others go on")
    func goneAndNew() throws {
        var script = script([ScriptedAPI.plan(), ScriptedAPI.plan("leads")])
        try script.answer()
        script.now = script.now + .seconds(1)
        script.take(.wake)
        try script.answer()
        #expect(Set(script.sent) == [contacts, leads])
        script.take(.plan(plan([ScriptedAPI.plan("leads"), ScriptedAPI.plan("tasks")])))
        try script.answer(.adopted(AccountMemory()))
        script.take(.answered(contacts, page))
        #expect(script.asks == "remember")
        try script.answer()
        script.take(.answered(leads, page))
        #expect(script.asks == "commit")
        try script.answer(.committed(CommitSummary()))
        script.now = script.now + .seconds(1)
        script.take(.wake)
        try script.answer()
        #expect(script.sent.last == .resource(ResourceName("tasks")))
        script.now = script.now + .hours(2)
        script.take(.wake)
        while script.asks == "count" {
            try script.answer()
            script.take(.answered(try #require(script.sent.last), page))
            if script.asks == "commit" { try script.answer(.committed(CommitSummary())) }
            script.now = script.now + .seconds(1)
            script.take(.wake)
        }
        #expect(script.sent.count { $0 == contacts } == 1)
        #expect(script.sent.count > 3)
    }

    @Test("Another key ends the pause that the former one was answered with, and its late answers say nothing")
    func anotherKey() throws {
        var script = script([ScriptedAPI.plan(), ScriptedAPI.plan("leads")])
        try script.answer()
        script.now = script.now + .seconds(1)
        script.take(.wake)
        try script.answer()
        let refused = APIResult.success(APIResponse(status: 401, body: [], duration: .zero))
        script.take(.answered(script.sent[0], refused))
        try script.answer()
        #expect(script.asks == nil)
        script.take(.plan(plan([ScriptedAPI.plan(), ScriptedAPI.plan("leads")], api: "second")))
        try script.answer(.adopted(AccountMemory()))
        script.take(.answered(script.sent[1], refused))
        #expect(script.asks == "remember" || script.asks == "count")
        while script.asks == "remember" { try script.answer() }
        script.now = script.now + .seconds(1)
        script.take(.wake)
        #expect(script.asks == "count")
        #expect(!script.machine.feed.budget.isPaused(at: script.now))
    }

    @Test("While the store fails, the plan before is gone by, and the latest is tried again")
    func storeFails() throws {
        var script = script([ScriptedAPI.plan()])
        try script.answer()
        script.take(.plan(plan([ScriptedAPI.plan("tasks")])))
        try script.fail()
        #expect(script.goesBy == nil)
        script.take(.answered(contacts, page))
        #expect(script.asks == "commit")
        try script.answer(.committed(CommitSummary()))
        script.take(.plan(plan([ScriptedAPI.plan("leads")])))
        #expect(script.asks == "adopt")
        try script.fail()
        script.now = try #require(script.machine.alarm)
        script.take(.wake)
        #expect(script.asks == "adopt")
        try script.answer(.adopted(AccountMemory()))
        #expect(script.goesBy?.resources.map(\.name.text) == ["leads"])
    }

    @Test("Limits of a new plan hold for what was sent before it")
    func limits() throws {
        var script = script([ScriptedAPI.plan(), ScriptedAPI.plan("leads")])
        try script.answer()
        script.take(
            .plan(plan([ScriptedAPI.plan(), ScriptedAPI.plan("leads")], requestsPerSecond: 0.1)))
        try script.answer(.adopted(AccountMemory()))
        script.take(.answered(contacts, page))
        try script.answer(.committed(CommitSummary()))
        script.now = script.now + .seconds(9)
        script.take(.wake)
        #expect(script.asks == nil)
        #expect(try #require(script.machine.alarm) >= Self.start + .seconds(10))
    }

    @Test("A stop waits for a plan that the store takes over: pages that still come are those of the plan before")
    func stop() throws {
        var script = script([ScriptedAPI.plan()])
        try script.answer()
        script.take(.answered(contacts, page))
        try script.answer(.committed(CommitSummary()))
        script.take(.plan(plan([ScriptedAPI.plan("tasks")])))
        #expect(script.asks == "adopt")
        script.take(.stop)
        #expect(!script.machine.isDone)
        try script.answer(.adopted(AccountMemory()))
        #expect(script.machine.isDone)
    }

    @Test("A page of a resource that the plan names in another way is not written once the store goes by the plan")
    func stopWithPage() throws {
        var script = script([ScriptedAPI.plan("accounts")])
        try script.answer()
        script.take(.plan(plan([ScriptedAPI.plan("organisations")])))
        script.take(.stop)
        try script.answer(.adopted(AccountMemory()))
        script.take(.answered(.resource(ResourceName("accounts")), page))
        #expect(script.asks == "remember")
        try script.answer()
        #expect(script.machine.isDone)
    }

    @Test("A late answer of another key teaches nothing of the quota, nor begins a pause")
    func lateAnswer() throws {
        var script = script([ScriptedAPI.plan(), ScriptedAPI.plan("leads")])
        try script.answer()
        script.take(.plan(plan([ScriptedAPI.plan(), ScriptedAPI.plan("leads")], api: "second")))
        try script.answer(.adopted(AccountMemory()))
        var response = APIResponse(status: 429, body: [], duration: .zero)
        (response.dailyLimit, response.dailyRemaining) = (10, 0)
        while script.asks == "count" { try script.answer() }
        script.take(.answered(contacts, .success(response)))
        #expect(!script.machine.feed.budget.isPaused(at: script.now))
        #expect(script.machine.feed.budget.memory.observation == nil)
    }
}
