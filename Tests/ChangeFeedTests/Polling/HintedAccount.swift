// An account of some resources in virtual time: people edit, hints tell of it or not, and every request is counted.

import ChangeFeed
import VirtualTime

/// An account's machine against a server that takes a fifth of a second, counts its day down and loses nothing.
struct HintedAccount {
    struct Request {
        let at: Instant
        let resource: Int
        let purpose: RequestPurpose
    }

    static let start = Instant(secondsSince1970: 1_764_028_800)
    /// From a save to the workflow's call.
    static let workflowTakes: Duration = .seconds(2)
    private static let answerTakes: Duration = .milliseconds(200)
    private static let records = 20

    private(set) var now = Self.start
    private(set) var requests: [Request] = []
    /// From each edit until the answer that showed it.
    private(set) var delays: [Duration] = []
    private let limit: Int
    private var loop: VirtualLoop<AccountMachine>
    private var apis: [ScriptedAPI]
    private var unseen: [[Int: [Instant]]]
    private var sieve = HintSieve()
    private var chance = NoChance()

    var feed: AccountFeed { loop.machine.feed }

    /// - Parameters:
    ///   - limit: requests a day of the instance.
    ///   - sweepInterval: nil: deletes are not looked for.
    init(resources: Int, interval: Duration, limit: Int, sweepInterval: Duration? = nil) {
        self.limit = limit
        apis = (0..<resources).map { _ in .holding(Self.records, since: Self.start - .days(100)) }
        unseen = Array(repeating: [:], count: resources)
        let plans = (0..<resources).map { index in
            var plan = ScriptedAPI.plan("r\(index)", pageSize: 500, interval: interval)
            plan.search = try! URLTemplate(parsing: "/r\(index)/Search?updated_after_utc=${epoch:s}")
            plan.listing = RequestTarget(path: "/r\(index)")
            return plan
        }
        let feed = AccountFeed(
            plans: plans, progress: [:], start: .now, overlap: .minutes(5), sweepInterval: sweepInterval,
            budget: RequestBudget(terms: .init(requestsPerSecond: 5, quotaShare: 0.8), at: Self.start), at: Self.start)
        loop = VirtualLoop(AccountMachine(feed: feed), startingAt: Self.start)
    }

    static func name(_ resource: Int) -> ResourceName { ResourceName("r\(resource)") }

    func count(_ purpose: RequestPurpose, from: Instant = Self.start) -> Int {
        requests.count { $0.purpose == purpose && $0.at >= from }
    }

    /// Somebody saves a record.
    mutating func edit(_ resource: Int, record: Int, isHinted: Bool) {
        apis[resource].records[record].name += "x"
        apis[resource].records[record].updated = now
        unseen[resource][record + 1, default: []].append(now)
        if isHinted { loop.post(.hint(Self.name(resource)), at: now + Self.workflowTakes) }
    }

    /// Somebody says that a resource has changed; what comes through is told as the daemon tells it.
    mutating func hint(_ resource: Int) {
        if sieve.lets(Self.name(resource), at: now) { loop.post(.hint(Self.name(resource)), at: now) }
    }

    mutating func run(until end: Instant) {
        while let next = loop.next, next <= end {
            now = max(now, next)
            for effect in loop.effects(at: now, chance: &chance) {
                switch effect {
                case .send(.resource(let name), let request): answer(request, of: name)
                case .store(.commit(let page, _), let question):
                    loop.post(.stored(.committed(written(page)), question: question), at: now)
                case .store(_, let question): loop.post(.stored(.done, question: question), at: now)
                case .send, .tell, .eventsQueued, .goBy, .endOfAnotherInstance: break
                }
            }
        }
        now = max(now, end)
    }

    private mutating func answer(_ request: APIRequest, of name: ResourceName) {
        guard let resource = Int(name.text.dropFirst()) else { return }
        sieve.asked(name)
        requests.append(Request(at: now, resource: resource, purpose: request.purpose))
        guard case .success(var response) = apis[resource].answer(request, at: now) else { return }
        let yesterday = now - .hours(24)
        response.dailyLimit = limit
        response.dailyRemaining = limit - requests.reversed().prefix { $0.at > yesterday }.count
        if request.target.path.hasSuffix("/Search") {
            for edits in unseen[resource].values { delays += edits.map { now + Self.answerTakes - $0 } }
            unseen[resource] = [:]
        }
        loop.post(.answered(.resource(name), .success(response)), at: now + Self.answerTakes)
    }

    /// All is known, and nothing is gone.
    private func written(_ page: PageCommit) -> CommitSummary {
        var summary = CommitSummary()
        summary.records = page.records.count
        guard page.presence != nil else { return summary }
        summary.presence = PresenceFinding(tally: PresenceTally(listed: Self.records), comparison: IDComparison())
        return summary
    }
}
