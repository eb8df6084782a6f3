// One outage in virtual time: the daemon's own store, gate and policy against a receiver that is away.

import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import VirtualTime

struct OutageRun {
    struct Outcome {
        var attemptsWhileAway = 0
        var busiestMinute = 0
        var untilFirst = Duration.zero
        /// What was in flight at once, each time it grew.
        var ramp: [Int] = []
        /// Events that began in each of the first seconds after the first was taken.
        var firstSeconds = [0, 0, 0]
        var mostInFlight = 0
        var delivered = 0
        var dead = 0
        var outOfOrder = 0
        var microsecondsEach = 0
    }

    private static let beginning = Instant(secondsSince1970: 1_795_435_200)
    private static let work: Duration = .milliseconds(20)

    private let store: AccountStore
    private let endpoint: StoredEndpoint
    private let directory: URL
    private let outage: Duration
    private let events: Int
    private var loop: VirtualLoop<EndpointMachine>
    private var random = SystemRandomNumberGenerator()
    private var now = Self.beginning
    private var minutes: [Int64: Int] = [:]
    private var firstTaken: Instant?
    private var last = 0
    private var outcome = Outcome()

    init(events: Int, outage: Duration) throws {
        self.events = events
        self.outage = outage
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("outage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try ChangeStore(path: directory.appendingPathComponent("state.sqlite3").path)
            .account(named: "default", identity: "bench")
        endpoint = try store.endpoint(
            named: "default", longestWait: RetrySchedule.standard.longestWait, at: Self.beginning)
        let terms = EndpointMachine.Terms(
            concurrency: 4, requestsPerSecond: nil, policy: DeliveryPolicy(schedule: .standard), coalesces: false)
        loop = VirtualLoop(EndpointMachine(terms), startingAt: Self.beginning)
    }

    /// Lives through the outage, and until the queue is empty.
    mutating func played() throws -> Outcome {
        defer { try? FileManager.default.removeItem(at: directory) }
        try fill()
        let cpu = clock()
        while let next = loop.next {
            now = max(now, next)
            for effect in loop.effects(at: now, chance: &random) { try perform(effect) }
            let inFlight = loop.machine.gate.inFlight
            if isBack(now), inFlight > outcome.ramp.last ?? 0 { outcome.ramp.append(inFlight) }
            outcome.mostInFlight = max(outcome.mostInFlight, inFlight)
        }
        outcome.microsecondsEach = Int(Double(clock() - cpu) / Double(CLOCKS_PER_SEC) * 1e6) / max(1, events)
        outcome.busiestMinute = minutes.values.max() ?? 0
        outcome.dead = try store.queueDepth(of: endpoint).dead
        return outcome
    }

    private func isBack(_ moment: Instant) -> Bool { moment >= Self.beginning + outage }

    private mutating func perform(_ effect: EndpointMachine.Effect) throws {
        switch effect {
        case .post(let attempt):
            began()
            let isTaken = isBack(now)
            loop.post(
                .ended(
                    attempt, bytes: attempt.delivery.body.count,
                    AttemptOutcome(verdict: .answered(status: isTaken ? 204 : 502), duration: Self.work)),
                at: now + Self.work)
            if isTaken { took(attempt.delivery) }
        case .store(let verb, let question): loop.post(.stored(try answer(verb), question: question), at: now)
        case .putBack(let deliveries): store.putBack(deliveries)
        case .mayRepeat, .goBy, .tell: break
        }
    }

    private mutating func began() {
        if !isBack(now) {
            minutes[now.secondsSince1970 / 60, default: 0] += 1
            outcome.attemptsWhileAway += 1
        }
        guard let firstTaken else { return }
        let second = Int((now - firstTaken).inSeconds)
        if outcome.firstSeconds.indices.contains(second) { outcome.firstSeconds[second] += 1 }
    }

    private mutating func took(_ delivery: DueDelivery) {
        if firstTaken == nil {
            firstTaken = now + Self.work
            outcome.untilFirst = now + Self.work - (Self.beginning + outage)
        }
        outcome.delivered += 1
        // Records have one event each: their order among each other is that of the log, but for those tried before.
        guard delivery.attempts == 0 else { return }
        if delivery.sequence < last - loop.machine.gate.inFlight - 4 { outcome.outOfOrder += 1 }
        last = max(last, delivery.sequence)
    }

    private func answer(_ verb: EndpointMachine.Verb) throws -> EndpointMachine.Answer {
        switch verb {
        case .settle(let reports, let holdUntil, let health, let now):
            try store.settle(reports, of: endpoint, holdUntil: holdUntil, health: health, at: now)
        case .resume: try store.resume(endpoint)
        case .giveUp(let deliveries, let now):
            return .gaveUp(try store.giveUpUnreadable(deliveries, of: endpoint, at: now))
        case .claim(let admission, let admitsReplays, let now):
            return .claimed(try store.claim(of: endpoint, admission, admittingReplays: admitsReplays, at: now))
        case .adopt: return .adopted(endpoint.adoption)
        case .look(let replaysOpen, let now):
            return .waiting(try store.waiting(of: endpoint, replaysOpen: replaysOpen, at: now))
        }
        return .done
    }

    /// Events of as many records, 500 in a page.
    private func fill() throws {
        let plan = ResourcePlan(
            name: ResourceName("contacts"), typeName: "contact",
            search: try URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
            listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
            updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
            createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly),
            interval: .every(.minutes(15)))
        for first in stride(from: 1, through: events, by: 500) {
            let records = (first...min(events, first + 499)).map { id in
                #"{"CONTACT_ID":\#(id),"LAST_NAME":"Number \#(id)","DATE_UPDATED_UTC":"2026-11-23 10:00:00"}"#
            }
            let page = try RecordPage.read(Array("[\(records.joined(separator: ","))]".utf8))
            let commit = PageCommit(
                plan: plan, records: page.records.compactMap { SeenRecord($0, idField: plan.idField) },
                sighting: .search,
                detector: ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true),
                progress: ResourceProgress(newsThreshold: .beginning, cursor: Self.beginning, baseline: .complete),
                budget: .init())
            _ = try store.commit(
                commit, to: [endpoint], detectedAt: Self.beginning, at: Self.beginning)
        }
    }
}
