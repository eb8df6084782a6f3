// The machine of an account against an API in memory, with a store that only remembers.

import ChangeFeed
import VirtualTime

/// Performs what an account's machine asks for, as the daemon would; every request is answered at once.
struct FeedDriver {
    var api: ScriptedAPI
    var now: Instant
    /// Content of every record announced or learned, by its id.
    var known: [RecordID: (summary: KnownSummary, content: [UInt8])] = [:]
    private(set) var changes: [Change] = []
    private(set) var learned: [RecordID] = []
    private(set) var problems: [PageProblem] = []
    private(set) var warnings: [String] = []
    private(set) var notices: [APINotice] = []
    private(set) var pollsBegun: [Instant] = []
    private var loop: VirtualLoop<AccountMachine>
    private var chance = NoChance()

    var feed: AccountFeed { loop.machine.feed }

    /// What was found to have changed, as `1 updated`.
    var kinds: [String] { changes.map { "\($0.recordID) \($0.kind.rawValue)" } }

    init(
        plans: [ResourcePlan] = [ScriptedAPI.plan()], api: ScriptedAPI, start: PollStart = .now,
        overlap: Duration = .minutes(5), sweepInterval: Duration? = nil, now: Instant,
        progress: [ResourceName: ResourceProgress] = [:]
    ) {
        self.api = api
        self.now = now
        let budget = RequestBudget(terms: .init(requestsPerSecond: 10, quotaShare: 1), at: now)
        let feed = AccountFeed(
            plans: plans, progress: progress, start: start, overlap: overlap, sweepInterval: sweepInterval,
            budget: budget, at: now)
        loop = VirtualLoop(AccountMachine(feed: feed), startingAt: now)
    }

    mutating func hint(_ name: String = "contacts") { loop.post(.hint(ResourceName(name)), at: now) }

    mutating func pollNow(_ name: String = "contacts") { loop.post(.pollNow(ResourceName(name)), at: now) }

    mutating func resumeAPI() { loop.post(.resumeAPI, at: now) }

    /// Lets the machine work until a time.
    mutating func run(
        until end: Instant,
        answering answer: (inout ScriptedAPI, APIRequest, Instant) -> APIResult = { $0.answer($1, at: $2) }
    ) {
        while let next = loop.next, next <= end {
            now = max(now, next)
            for effect in loop.effects(at: now, chance: &chance) {
                switch effect {
                case .send(let asker, let request):
                    if request.target.path.hasSuffix("/Search"), request.target.query.contains(QueryItem("skip", "0")) {
                        pollsBegun.append(now)
                    }
                    loop.post(.answered(asker, answer(&api, request, now)), at: now)
                case .store(.commit(let page, _), let question):
                    write(page)
                    loop.post(.stored(.committed(CommitSummary()), question: question), at: now)
                case .store(_, let question): loop.post(.stored(.done, question: question), at: now)
                case .tell(.problem(let problem, _)): problems.append(problem)
                case .tell(.api(let notice)): notices.append(notice)
                case .tell, .eventsQueued, .goBy, .endOfAnotherInstance: break
                }
            }
        }
        now = max(now, end)
    }

    private mutating func write(_ page: PageCommit) {
        for seen in page.records { examine(seen, page.detector) }
        if let warning = page.warning { warnings.append(warning) }
    }

    private mutating func examine(_ seen: SeenRecord, _ detector: ChangeDetector) {
        let before = known[seen.id]
        let finding = detector.examine(seen, known: before?.summary) { before?.content ?? [] }
        switch finding {
        case .unchanged: return
        case .seenAgain, .knownWithoutKey:
            known[seen.id]?.summary.fingerprint = seen.fingerprint
            return
        case .seenInPage, .learnedAnew: break
        case .learned: learned.append(seen.id)
        case .changed(let change), .unstamped(let change): changes.append(change)
        }
        known[seen.id] = (KnownSummary(version: 0, fingerprint: seen.fingerprint), Array(seen.record.bytes))
    }
}
