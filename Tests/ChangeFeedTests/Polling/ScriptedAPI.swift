// A list of records behind the API's shape, in memory, so that a lane can be led through a whole life.

import ChangeFeed

/// One resource as the API serves it; time is what the test says it is.
struct ScriptedAPI {
    struct Record {
        var id: Int
        var name: String
        var created: Instant
        var updated: Instant
    }

    var records: [Record] = []
    /// The server's clock runs this far from the test's.
    var clockOffset: Duration = .zero
    private(set) var requests: [APIRequest] = []

    /// Records that were made, and changed last, at one time.
    static func holding(_ count: Int, since longAgo: Instant) -> ScriptedAPI {
        ScriptedAPI(records: (0..<count).map { .init(id: $0 + 1, name: "A", created: longAgo, updated: longAgo) })
    }

    /// Without an updated_after_utc the whole list; with it, strictly after.
    mutating func answer(_ request: APIRequest, at now: Instant) -> APIResult {
        requests.append(request)
        let items = Dictionary(uniqueKeysWithValues: request.target.query.map { ($0.name, $0.value) })
        var matches = records.sorted { $0.id < $1.id }
        if let since = items["updated_after_utc"].flatMap(Int64.init).map(Instant.init(secondsSince1970:)) {
            matches.removeAll { $0.updated <= since }
        }
        let skip = items["skip"].flatMap { Int($0) } ?? 0
        let top = items["top"].flatMap { Int($0) } ?? 100
        let page = matches.dropFirst(skip).prefix(top)
        var response = APIResponse(
            status: 200, body: Array("[\(page.map(Self.json).joined(separator: ","))]".utf8), duration: .zero)
        response.date = (now + clockOffset).wholeSecond
        response.totalCount = matches.count
        return .success(response)
    }

    static let pattern = DatePattern.insightly

    static func json(_ record: Record) -> String {
        """
        {"CONTACT_ID":\(record.id),"LAST_NAME":"\(record.name)",\
        "DATE_CREATED_UTC":"\(pattern.format(record.created))","DATE_UPDATED_UTC":"\(pattern.format(record.updated))"}
        """
    }

    static func plan(_ name: String = "contacts", pageSize: Int = 2, interval: Duration = .minutes(15)) -> ResourcePlan
    {
        var plan = ResourcePlan(
            name: ResourceName(name), typeName: "contact",
            search: try! URLTemplate(parsing: "/Contacts/Search?updated_after_utc=${epoch:s}"),
            listing: RequestTarget(path: "/Contacts"), idField: FieldPath("CONTACT_ID"),
            updatedDate: DateField(path: FieldPath("DATE_UPDATED_UTC"), pattern: .insightly),
            createdDate: DateField(path: FieldPath("DATE_CREATED_UTC"), pattern: .insightly),
            interval: .every(interval))
        plan.pageSize = pageSize
        return plan
    }
}

/// Performs what a feed decides, as the daemon would, with a store that only remembers.
struct FeedDriver {
    var feed: AccountFeed
    var api: ScriptedAPI
    var now: Instant
    /// Content of every record announced or learned, by its id.
    var known: [RecordID: KnownRecord] = [:]
    private(set) var changes: [Change] = []
    private(set) var learned: [RecordID] = []
    private(set) var problems: [PageProblem] = []
    private(set) var warnings: [String] = []
    private(set) var pollsBegun: [Instant] = []

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
        feed = AccountFeed(
            plans: plans, progress: progress, start: start, overlap: overlap, sweepInterval: sweepInterval,
            budget: budget, at: now)
    }

    /// Lets the feed work until a time, answering every request at once.
    mutating func run(
        until end: Instant,
        answering answer: (inout ScriptedAPI, APIRequest, Instant) -> APIResult = { $0.answer($1, at: $2) }
    ) {
        while now <= end {
            switch feed.next(at: now) {
            case .wait(let until):
                now = max(until ?? end + .seconds(1), now + .microseconds(1))
            case .send(let name, let request):
                if request.target.path.hasSuffix("/Search"), request.target.query.contains(QueryItem("skip", "0")) {
                    pollsBegun.append(now)
                }
                take(feed.receive(answer(&api, request, now), for: name, at: now, jitter: 0))
            }
        }
    }

    private mutating func take(_ reaction: AccountFeed.Reaction) {
        switch reaction {
        case .problem(let problem):
            problems.append(problem)
        case .commit(let page):
            for seen in page.records { examine(seen, page.detector) }
            if let warning = page.warning { warnings.append(warning) }
            _ = feed.committed(page, CommitSummary(), at: now)
        }
    }

    private mutating func examine(_ seen: SeenRecord, _ detector: ChangeDetector) {
        let before = known[seen.id]
        let finding = detector.examine(seen, known: before?.summary) { before?.content ?? [] }
        switch finding {
        case .unchanged: return
        case .seenAgain: known[seen.id]?.summary.fingerprint = seen.fingerprint
        case .seenInPage: break
        case .learned: learned.append(seen.id)
        case .changed(let change), .unstamped(let change): changes.append(change)
        }
        if finding == .seenAgain { return }
        known[seen.id] = KnownRecord(
            summary: KnownSummary(version: 0, fingerprint: seen.fingerprint), content: Array(seen.record.bytes))
    }
}
