// A store with something of everything, to be moved.

import ChangeFeed
import StagedStores
import Testing

@testable import EventStore

enum MovedStage {
    /// Fills the accounts, each in its own way, and lets the store go.
    static func fill(_ place: StorePlace, accounts: [String]) throws {
        let store = try place.location.open()
        for (index, name) in accounts.enumerated() {
            let engine = EngineUnderTest(engine: try store.account(named: name, identity: "of-\(name)"))
            try fill(OpenStore(engine, rules: EndpointRules(coalesces: index == 0), at: place.now), larger: index == 0)
        }
        store.finish()
    }

    private static func fill(_ opened: OpenStore, larger: Bool) throws {
        try learn(opened, larger ? 1_200 : 30)
        try queue(opened, larger ? 1_100 : 20)
        try hold(opened)
        try remember(opened)
        try ask(opened)
    }

    private static func write(_ opened: OpenStore, _ operations: [StoreOperation]) throws {
        try opened.store.transact { try $0.write(operations) }
    }

    /// Records in every state, met by two sweeps, found, read by their ids, and with a stamp of their own.
    private static func learn(_ opened: OpenStore, _ count: Int) throws {
        try opened.learn(1...count)
        let resource = try opened.store.look { try $0.resource(named: OpenStore.plan.name)?.id } ?? 0
        func ids(_ numbers: some Sequence<Int>) -> [RecordID] { numbers.map { RecordID(Int64($0)) } }
        try write(
            opened,
            [
                .presence(ids(1...3), of: resource, .suspect), .presence(ids(4...6), of: resource, .deleted),
                .presence(ids(7...9), of: resource, .unlisted), .found(ids(7...8), of: resource),
                .swept(ids(stride(from: 1, through: count, by: 2)), of: resource, sweep: 3),
                .swept(ids(10...20), of: resource, sweep: 4),
            ])
        let known = try opened.store.look { try $0.summaries(of: ids([11, 12]), in: resource) }
        for (id, before) in known {
            var after = before
            (after.answer, after.lastStamp) = (.byID, opened.now - .hours(1))
            try write(
                opened,
                [
                    .records(
                        [RecordWrite(id, before: before, after: after, content: nil)],
                        of: KnownResource(id: resource, plan: OpenStore.plan, eventName: OpenStore.plan.name))
                ])
        }
    }

    /// Events that were delivered, that failed, that died, that wait, and into which others are folded.
    private static func queue(_ opened: OpenStore, _ count: Int) throws {
        for start in stride(from: 5_001, through: 5_000 + count, by: 500) {
            let last = min(start + 499, 5_000 + count)
            try opened.commit((start...last).map { OpenStore.record($0, name: "N\($0)") })
        }
        let due = try opened.store.claim(of: opened.endpoint, limit: 40, at: opened.now)
        for (index, delivery) in due.enumerated() {
            switch index % 4 {
            case 0: try opened.settle(delivery, as: .delivered)
            case 1: try opened.settle(delivery, as: .dead, status: 500)
            case 2: try opened.settle(delivery, as: .retry(at: opened.now + .hours(1)), status: 503)
            default: opened.store.putBack([delivery.id])
            }
        }
        try opened.commit((5_001...5_020).map { OpenStore.record($0, name: "again", updated: "2026-11-23 11:00:00") })
    }

    /// Changes without a stamp that are open, held and to be told, and a verdict.
    private static func hold(_ opened: OpenStore) throws {
        try opened.read((20...29).map { OpenStore.relaid($0) }, ends: false)
        let resource = try opened.store.look { try $0.resource(named: OpenStore.plan.name)?.id } ?? 0
        let ids = (20...24).map { RecordID(Int64($0)) }
        try write(
            opened,
            [
                .decideUnstamped(Array(ids[..<3]), of: resource, .held, heldSince: opened.now),
                .decideUnstamped(Array(ids[3...]), of: resource, .telling, heldSince: nil),
                .verdict(
                    UnstampedVerdict(
                        reading: .sweep, foundThrough: opened.now, decidedAt: opened.now + .seconds(1),
                        heldPaths: ["/CHECKED"]), of: resource),
            ])
    }

    /// Resources that were set aside or never contacted, a pace, deletes that are held, and what is known of the quota.
    private static func remember(_ opened: OpenStore) throws {
        let first = try opened.store.look { try $0.lastNumber(of: .resources) } + 1
        var batch: [StoreOperation] = []
        for (id, name) in zip(first..., ["Aside__c", "Never__c"]) {
            let (name, source) = (ResourceName(name), RecordSource(object: name, idField: "RECORD_ID"))
            batch.append(.introduce(NewResource(id: id, name: name, eventName: name, source: source)))
        }
        var pace = ResourcePace()
        pace.polled(3, requests: 2, from: opened.now - .hours(1), to: opened.now)
        var presence = PresenceProgress()
        (presence.sweeps, presence.walk, presence.bias) = (4, .init(covered: 7, last: RecordID("x")), -2)
        let progress = ResourceProgress(
            newsThreshold: .since(opened.now), cursor: opened.now - .hours(1), polledAt: opened.now,
            baseline: .walking(covered: 7, last: RecordID("4711")), presence: presence,
            firstContact: FirstContact(own: opened.now, server: opened.now - .seconds(1)))
        batch += [.progress(progress, resource: first), .adopt(.setAside(first), at: opened.now)]
        batch += [.pace(pace, resource: first - 1), .instance("mine")]
        var memory = RequestBudget.Memory()
        memory.lastDeparture = opened.now
        memory.observation = QuotaObservation(limit: 1_000, remaining: 7, observedAt: opened.now)
        batch += [
            .budget(memory), .countRequest(.poll, bucket: 5), .countRequest(.poll, bucket: 5),
            .countRequest(.sweep, bucket: 6), .othersUse(requests: 9, bucket: 6),
            .endpoint(
                opened.endpoint.id, EndpointChange(lastNumber: nil, heldUntil: .until(opened.now + .minutes(1)))),
        ]
        try write(opened, batch)
    }

    /// Something of each kind, a replay that is half done among it.
    private static func ask(_ opened: OpenStore) throws {
        let resource = try opened.store.look { try $0.resource(named: OpenStore.plan.name)?.id }
        let (next, dead) = try opened.store.look { store in
            (try store.lastNumber(of: .requests) + 1, try store.deadLetters(of: opened.endpoint.id))
        }
        var replay = ReplayRequest(selection: ReplaySelection(), eventsPerSecond: 7, through: 12)
        (replay.doneThrough, replay.count) = (5, 3)
        let letters = try #require(dead)
        try write(
            opened,
            [
                .ask(OperatorRequest(id: next, .replay, endpoint: opened.endpoint.id, wish: .replay(replay))),
                .ask(OperatorRequest(id: next + 1, .giveUp, wish: .delivery(letters.through))),
                .ask(OperatorRequest(id: next + 2, .discard, endpoint: opened.endpoint.id, wish: .letters(letters))),
                .ask(
                    OperatorRequest(
                        id: next + 3, .release, resource: resource,
                        wish: .held(HeldThings(deletesHeldSince: opened.now)))),
                .ask(OperatorRequest(id: next + 5, .resumeAPI)),
            ])
    }
}
