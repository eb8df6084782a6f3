// One outage in virtual time: the daemon's own store, gate and policy against a receiver that is away.

import ChangeFeed
import ChangeStore
import Foundation

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

    private struct Attempt {
        let delivery: DueDelivery
        let startedAt: Instant
        let endsAt: Instant
    }

    private static let beginning = Instant(secondsSince1970: 1_795_435_200)
    private static let work: Duration = .milliseconds(20)

    private let store: ChangeStore
    private let endpoint: StoredEndpoint
    private let directory: URL
    private let outage: Duration
    private let events: Int
    private let policy = DeliveryPolicy(schedule: .standard)
    private var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
    private var random = SystemRandomNumberGenerator()

    init(events: Int, outage: Duration) throws {
        self.events = events
        self.outage = outage
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("outage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try ChangeStore(path: directory.appendingPathComponent("state.sqlite3").path)
        endpoint = try store.endpoint(
            named: "default", longestWait: policy.schedule.longestWait, at: Self.beginning)
    }

    mutating func outcome() throws -> Outcome {
        defer { try? FileManager.default.removeItem(at: directory) }
        try fill()
        var outcome = Outcome()
        var now = Self.beginning
        var inFlight: [Attempt] = []
        var minutes: [Int64: Int] = [:]
        var firstTaken: Instant?
        var last = 0
        let back = Self.beginning + outage
        let cpu = clock()
        while try !inFlight.isEmpty || store.queueDepth(of: endpoint).open > 0 {
            try launch(into: &inFlight, at: now) { startedAt in
                minutes[startedAt.secondsSince1970 / 60, default: 0] += startedAt < back ? 1 : 0
                outcome.attemptsWhileAway += startedAt < back ? 1 : 0
                if let firstTaken {
                    let second = Int((startedAt - firstTaken).inSeconds)
                    if outcome.firstSeconds.indices.contains(second) { outcome.firstSeconds[second] += 1 }
                }
            }
            if now >= back, inFlight.count > outcome.ramp.last ?? 0 { outcome.ramp.append(inFlight.count) }
            outcome.mostInFlight = max(outcome.mostInFlight, inFlight.count)
            guard let next = inFlight.min(by: { $0.endsAt < $1.endsAt }) else {
                guard let next = gate.looksAgain(at: try store.waiting(of: endpoint, at: now), at: now) else { break }
                now = next
                continue
            }
            now = next.endsAt
            inFlight.removeAll { $0.delivery.id == next.delivery.id }
            let isWell = next.startedAt >= back
            try settle(next, isTaken: isWell, at: now)
            guard isWell else { continue }
            if firstTaken == nil {
                firstTaken = now
                outcome.untilFirst = now - back
            }
            outcome.delivered += 1
            // Records have one event each: their order among each other is that of the log, but for those tried before.
            if next.delivery.attempts == 0 {
                if next.delivery.sequence < last - gate.inFlight - 4 { outcome.outOfOrder += 1 }
                last = max(last, next.delivery.sequence)
            }
        }
        outcome.microsecondsEach = Int(Double(clock() - cpu) / Double(CLOCKS_PER_SEC) * 1e6) / max(1, events)
        outcome.busiestMinute = minutes.values.max() ?? 0
        outcome.dead = try store.queueDepth(of: endpoint).dead
        return outcome
    }

    private mutating func launch(
        into inFlight: inout [Attempt], at now: Instant, _ began: (Instant) -> Void
    ) throws {
        let admission = gate.admission(at: now)
        guard admission.total > 0 else { return }
        for delivery in try store.claim(of: endpoint, admission, at: now) {
            gate.enter(delivery.traits, at: now)
            inFlight.append(Attempt(delivery: delivery, startedAt: now, endsAt: now + Self.work))
            began(now)
        }
    }

    private mutating func settle(_ attempt: Attempt, isTaken: Bool, at now: Instant) throws {
        let outcome = AttemptOutcome(verdict: .answered(status: isTaken ? 204 : 502), duration: Self.work)
        gate.took(outcome, of: attempt.delivery.traits, begun: attempt.startedAt, at: now)
        let number = attempt.delivery.attempts + 1
        let decision = policy.decide(
            outcome, attempts: number, health: gate.health, at: now, jitter: .random(in: 0..<1, using: &random))
        let report = AttemptReport(
            deliveryID: attempt.delivery.id, number: number, startedAt: attempt.startedAt, outcome: outcome,
            disposition: decision.disposition)
        try store.settle([report], of: endpoint, holdUntil: nil, health: gate.health, at: now)
        gate.leave(attempt.delivery.id)
    }

    /// Events of as many records, 500 in a page.
    private func fill() throws {
        let account = try store.account(named: "default", identity: "bench")
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
                commit, of: account, to: [endpoint], detectedAt: Self.beginning, at: Self.beginning)
        }
    }
}
