// What commands beside the daemon see of an account, and leave for it, on every engine.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("A command beside the daemon", .onEveryEngine)
struct VisitorTests {
    private let place: StorePlace
    private let opened: OpenStore
    private let visitor: any StoreVisitor

    init() throws {
        place = try StorePlace()
        opened = try place.open()
        try opened.commit((1...3).map { OpenStore.record($0, name: "A") })
        visitor = try place.visitor()
    }

    @Test("It sees what the daemon has written, and what is written while it has the store open")
    func looks() throws {
        #expect(try visitor.events(limit: 9).map(\.sequence) == [3, 2, 1])
        #expect(try visitor.events([#require(EventTypePattern("*.deleted"))], limit: 9).isEmpty)
        #expect(try visitor.events(after: 1, limit: 9).events.map(\.sequence) == [2, 3])
        #expect(try visitor.events(latest: 1).events.map(\.sequence) == [3])
        #expect(try visitor.event("2")?.sequence == 2)
        #expect(try visitor.deliveries(ListFilter()).count == 3)
        #expect(try visitor.delivery(1)?.attempts.isEmpty == true)
        #expect(try visitor.knows(endpoint: "default") && !visitor.knows(endpoint: "other"))
        #expect(try visitor.status(endpoints: ["default"])?.endpoints.first?.queue.open == 3)
        #expect(try visitor.budget() == RequestBudget.Memory())
        try opened.commit([OpenStore.record(4, name: "A")])
        #expect(try visitor.events(latest: 1).events.map(\.sequence) == [4])
    }

    @Test("One that only looks sees the same")
    func looksOnly() throws {
        let onlooker = try place.location.visit(account: "default", isReadOnly: true)
        #expect(try onlooker.events(limit: 9) == visitor.events(limit: 9))
        #expect(try onlooker.status(endpoints: []) == visitor.status(endpoints: []))
    }

    @Test("Of an account that no daemon has used yet it sees nothing, and leaves nothing")
    func nobody() throws {
        let nobody = try place.visitor(of: "nobody")
        #expect(try nobody.status(endpoints: ["default"]) == nil && nobody.budget() == nil)
        #expect(try nobody.events(limit: 9).isEmpty && nobody.event("1") == nil)
        #expect(try nobody.events(after: 2, limit: 9) == LoggedEvents(after: 2))
        #expect(try nobody.events(latest: 9) == LoggedEvents())
        #expect(try nobody.deliveries(ListFilter()).isEmpty && nobody.delivery(1) == nil)
        #expect(try !nobody.knows(endpoint: "default"))
        #expect(try !nobody.requestAPIResumption() && nobody.requestPoll(of: nil) == nil)
        #expect(try !nobody.requestResumption(of: "default"))
        #expect(try nobody.request(.dismiss, of: OpenStore.plan.name) == .unknownResource)
        #expect(try nobody.requestGivingUp(of: 1) == .unknownDelivery)
        #expect(try nobody.requestGivingUp(allTo: "default") == .unknownEndpoint)
        #expect(try nobody.requestDiscarding(allTo: "default") == .unknownEndpoint)
        #expect(try nobody.replayed(by: ReplaySelection(), endpoints: [("default", .init())]).map(\.events) == [0])
        #expect(try nobody.requestReplay(of: ReplaySelection(), eventsPerSecond: 1) == nil)
        #expect(try visitor.look { try $0.requests(Set(OperatorRequest.Verb.allCases)) }?.isEmpty == true)
    }

    @Test("A replay is counted before it is asked for, carried out by the daemon, and seen on its way")
    func replay() throws {
        for due in try opened.due() { try opened.settle(due, as: .delivered) }
        var selection = ReplaySelection()
        selection.sequences = 2...9
        let counted = try visitor.replayed(by: selection, endpoints: [("default", EndpointRules()), ("new", .init())])
        #expect(counted.map(\.endpoint) == ["default", "new"] && counted.map(\.events) == [2, 2])
        #expect(try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) == nil)
        let asked = try #require(try visitor.requestReplay(of: selection, eventsPerSecond: 1_000))
        #expect(try visitor.progress(ofReplay: asked)?.doneThrough == 1)
        _ = try opened.store.carryOnReplay(to: [opened.endpoint], limit: 1, at: opened.now)
        #expect(try visitor.progress(ofReplay: asked)?.doneThrough == 2)
        while try opened.store.carryOnReplay(to: [opened.endpoint], limit: 9, at: opened.now) != nil {}
        #expect(try visitor.progress(ofReplay: asked) == nil)
        #expect(try opened.pending(of: opened.endpoint, by: opened.now + .seconds(1)).map(\.sequence) == [2, 3])
    }

    @Test("A delivery is given up by its number, and all that waits for an endpoint by its name; then it is discarded")
    func givingUp() throws {
        let first = try #require(try opened.due().first)
        #expect(try visitor.requestGivingUp(of: 99) == .unknownDelivery)
        #expect(try visitor.requestGivingUp(of: first.id) == .requested)
        let one = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        #expect(one.deliveries.map(\.id) == [first.id] && one.ofQueue == 0)
        #expect(try visitor.requestGivingUp(allTo: "another") == .unknownEndpoint)
        #expect(try visitor.requestGivingUp(allTo: "default") == .requested(deliveries: 2))
        let all = try opened.store.giveUpWhatWasAsked(of: opened.endpoint, limit: 9, at: opened.now)
        #expect(all.deliveries.isEmpty && all.ofQueue == 2)
        #expect(try visitor.requestDiscarding(allTo: "default") == .requested(letters: 3, andWhatIsGivenUp: false))
        #expect(try opened.store.discardWhatWasAsked(limit: 9).letters == [opened.endpoint.id: 3])
    }

    @Test("An endpoint is resumed by its name, once; so is the API")
    func resumption() throws {
        #expect(try !visitor.requestResumption(of: "another"))
        #expect(try !opened.store.isResumptionRequested(of: opened.endpoint))
        #expect(try visitor.requestResumption(of: "default"))
        #expect(try opened.store.isResumptionRequested(of: opened.endpoint))
        try opened.store.resume(opened.endpoint)
        #expect(try !opened.store.isResumptionRequested(of: opened.endpoint))
        #expect(try visitor.requestAPIResumption() && opened.store.isAPIResumptionRequested())
        #expect(try visitor.requestPoll(of: ResourceName("Contact")) == .requested([OpenStore.plan.name]))
        #expect(try opened.store.takePollRequests().names == [OpenStore.plan.name])
    }

    @Test("What is held is decided about as it is at that moment, and no other resource is meant")
    func decision() throws {
        #expect(try visitor.request(.dismiss, of: OpenStore.plan.name) == .nothingHeld)
        #expect(try visitor.request(.dismiss, of: ResourceName("leads")) == .unknownResource)
        try opened.learn(4...100)
        var presence = PresenceProgress()
        presence.hold = .held(since: opened.now, .awaitsSample)
        try opened.take(
            .compare(IDPage(skip: 0, top: 500, ids: [RecordID("1")]), plausiblyMissing: 100), presence: presence)
        #expect(try visitor.request(.dismiss, of: OpenStore.plan.name) == .requested)
        #expect(try opened.store.carryOutDecision(limit: 1_000).done?.dismissesDeletes == true)
        #expect(try visitor.status(endpoints: [])?.resources.first?.records == [.listed: 1, .dismissed: 99])
    }
}
