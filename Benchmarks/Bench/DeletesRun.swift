// One run: a list with known records, some of them deleted at one moment, and the core until all are reported.

import ChangeFeed
import SimulatedWorld
import TestModels
import VirtualTime

struct DeletesRun {
    struct Outcome {
        var requestsToFind: Int
        /// From the deletion to the confirmation, one for each record.
        var delays: [Duration]
    }

    private let deletions: Int
    private var random: SeededGenerator
    private var list: [Int64]
    private var known: KnownIDs
    private var loop: VirtualLoop<AccountMachine>
    private var now = Self.start
    private var deletedAt: Instant?
    private var outcome = Outcome(requestsToFind: 0, delays: [])

    private static let start = Instant(secondsSince1970: 1_764_000_000)
    private static let interval = Duration.minutes(15)

    init(records: Int, deletions: Int, seed: UInt64) {
        self.deletions = deletions
        random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(records + deletions))
        var last: Int64 = 366_000_000
        var ids: [Int64] = []
        ids.reserveCapacity(records)
        for _ in 0..<records {
            last += Int64.random(in: 1...40, using: &random)
            ids.append(last)
        }
        list = ids
        known = KnownIDs(ids)
        var progress = ResourceProgress(
            newsThreshold: .since(Self.start), cursor: Self.start, polledAt: Self.start, baseline: .complete)
        progress.presence.sweptAt = Self.start
        let feed = AccountFeed(
            plans: [Self.plan], progress: [Self.plan.name: progress], start: .now, overlap: .minutes(5),
            sweepInterval: .hours(24),
            budget: RequestBudget(terms: .init(requestsPerSecond: 5, quotaShare: 0.8), at: Self.start), at: Self.start)
        loop = VirtualLoop(AccountMachine(feed: feed), startingAt: Self.start)
    }

    private static let plan = ResourcePlan(
        name: ResourceName("contacts"), typeName: "contact",
        search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
        listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"), updatedDate: nil,
        createdDate: nil, interval: .every(interval))

    /// Lets the core work until every deletion is confirmed.
    func played() -> Outcome {
        var run = self
        // Somewhere between two polls, an hour after the start: whatever a start brings has passed.
        let moment = Self.start + .hours(1) + .milliseconds(Int.random(in: 0..<900_000, using: &run.random))
        while run.outcome.delays.count < deletions, let next = run.loop.next {
            if run.deletedAt == nil, next >= moment { run.delete(at: moment) }
            run.now = max(run.now, next)
            for effect in run.loop.effects(at: run.now, chance: &run.random) { run.perform(effect) }
        }
        return run.outcome
    }

    private mutating func perform(_ effect: AccountMachine.Effect) {
        switch effect {
        case .send(let asker, let request):
            if deletedAt != nil, [.count, .search, .sweep].contains(request.purpose) { outcome.requestsToFind += 1 }
            // A page takes about so long to come.
            loop.post(.answered(asker, .success(answer(request.target))), at: now + .milliseconds(150))
        case .store(.commit(let page, _), let question):
            loop.post(.stored(.committed(write(page)), question: question), at: now)
        case .store(_, let question): loop.post(.stored(.done, question: question), at: now)
        case .eventsQueued, .goBy, .tell, .endOfAnotherInstance: break
        }
    }

    private mutating func delete(at moment: Instant) {
        deletedAt = moment
        var gone: Set<Int64> = []
        while gone.count < deletions { gone.insert(list[Int.random(in: list.indices, using: &random)]) }
        list.removeAll(where: gone.contains)
    }

    /// Does what the store would.
    private mutating func write(_ page: PageCommit) -> CommitSummary {
        var finding: PresenceFinding?
        switch page.presence {
        case .compare(let ids, let plausiblyMissing)?:
            let comparison = known.compare(ids, plausiblyMissing: plausiblyMissing)
            finding = PresenceFinding(tally: known.tally, comparison: comparison)
        case .sweep(let ids, let stage)?:
            known.sweep(ids, stage)
            finding = PresenceFinding(tally: stage == .underWay ? nil : known.tally)
        case .lookup(let id, .gone, let refill)?:
            known.delete(id)
            if let deletedAt { outcome.delays.append(now - deletedAt) }
            finding = PresenceFinding(tally: refill.map { _ in known.tally })
        case .control?:
            finding = PresenceFinding()
        case .some:
            finding = PresenceFinding(tally: known.tally)
        case nil:
            break
        }
        var summary = CommitSummary()
        summary.presence = finding
        return summary
    }

    private func answer(_ target: RequestTarget) -> APIResponse {
        if let id = Int64(target.path.dropFirst("/Contacts/".count)) {
            // Ascending, so that a million lookups are cheap.
            var (low, high) = (0, list.count)
            while low < high {
                let middle = (low + high) / 2
                if list[middle] < id { low = middle + 1 } else { high = middle }
            }
            guard low < list.count, list[low] == id else {
                return APIResponse(status: 404, body: [], duration: .zero)
            }
            return APIResponse(status: 200, body: Array("{\"CONTACT_ID\":\(id)}".utf8), duration: .zero)
        }
        let items = Dictionary(uniqueKeysWithValues: target.query.map { ($0.name, $0.value) })
        let found = target.path.hasSuffix("/Search") ? [] : list[...]
        let skip = items["skip"].flatMap { Int($0) } ?? 0
        let page = found.dropFirst(skip).prefix(items["top"].flatMap { Int($0) } ?? 100)
        let body = "[" + page.map { "{\"CONTACT_ID\":\($0)}" }.joined(separator: ",") + "]"
        var response = APIResponse(status: 200, body: Array(body.utf8), duration: .milliseconds(150))
        response.date = now.wholeSecond
        response.totalCount = found.count
        response.dailyLimit = 100_000
        response.dailyRemaining = 90_000
        return response
    }
}
