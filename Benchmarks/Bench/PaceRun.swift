// A week of an account in virtual time: changes happen at random, the real core polls, a counting server answers.

import ChangeFeed
import SimulatedWorld
import VirtualTime

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

struct PaceRun {
    struct Outcome {
        /// Seconds from a change until the request that saw it left, of changes after the first day.
        var delays: [Double] = []
        var requests = 0
        /// The most in any 24 hours, and in any second as the server counts.
        var mostInADay = 0
        var mostInASecond = 0

        var mean: Double { delays.reduce(0, +) / Double(max(1, delays.count)) }

        /// Of sorted delays.
        var percentile99: Double { delays.isEmpty ? 0 : delays[min(delays.count - 1, delays.count * 99 / 100)] }
    }

    private struct Exchange {
        /// When it arrives at the server, or back.
        var at: Instant
        let sent: Instant
        let name: ResourceName
        let request: APIRequest
        var response: APIResponse?
    }

    private struct Lane {
        var name: ResourceName
        var changes: ArraySlice<(at: Double, record: Int)>
        var records: Int
        /// Those that are still within the reach of a search, oldest first; of a dear resource, all.
        var visible: [(id: Int, at: Double)] = []
        /// When the records changed that no answer has shown since.
        var unseen: [Int: [Double]] = [:]
        /// Delays of the changes that the answer on its way shows.
        var shown: [Int: [Double]] = [:]
    }

    /// Requests a second that are allowed.
    static let perSecond = 5

    private let limit: Int
    private let share: Double
    private var lanes: [Lane]
    private var loop: VirtualLoop<AccountMachine>
    private var random: SeededGenerator
    private var now = Self.start
    private var exchanges: [Exchange] = []
    private var arrivals: [Double] = []
    private var dayBegan = 0
    private var usedToday = 0
    private var outcome = Outcome()

    private static let start = Instant(secondsSince1970: 1_764_028_800)
    private static let recordsOfDear = 101

    /// - Parameters:
    ///   - share: the part of the limit that is the daemon's.
    ///   - interval: of each resource; nil: `auto`.
    init(_ mix: PaceMix, limit: Int, share: Double, interval: Duration?, seed: UInt64) {
        self.limit = limit
        self.share = share
        var random = SeededGenerator(seed: seed)
        lanes = mix.resources.enumerated().map { index, resource in
            let records = resource.requestsPerPoll > 1 ? Self.recordsOfDear : 100_000
            return Lane(
                name: ResourceName("r\(index)"), changes: Self.draw(resource, records: records, random: &random)[...],
                records: records,
                visible: resource.requestsPerPoll > 1 ? (0..<records).map { ($0, -1_000) } : [])
        }
        self.random = random
        loop = VirtualLoop(
            AccountMachine(feed: Self.feed(lanes, interval: interval, share: share)), startingAt: Self.start)
    }

    private static func draw(
        _ resource: PaceMix.Resource, records: Int, random: inout SeededGenerator
    ) -> [(at: Double, record: Int)] {
        var changes: [(Double, Int)] = []
        for (slice, rate) in resource.rates.enumerated() where rate > 0 {
            var at = 0.0
            while true {
                at -= log(1 - random.fraction()) / rate
                if at >= PaceMix.slice { break }
                changes.append((Double(slice) * PaceMix.slice + at, Int.random(in: 0..<records, using: &random)))
            }
        }
        return changes
    }

    private static func feed(_ lanes: [Lane], interval: Duration?, share: Double) -> AccountFeed {
        let plans = lanes.map { lane in
            var plan = ResourcePlan(
                name: lane.name, typeName: "record",
                search: try! URLTemplate(parsing: "/\(lane.name)/Search?updated_after_utc=${epoch:s}"),
                listing: RequestTarget(path: "/\(lane.name)"), idField: FieldPath("ID"), updatedDate: nil,
                createdDate: nil, interval: interval.map(PollInterval.every) ?? .auto)
            if lane.records == recordsOfDear { plan.pageSize = 2 }
            return plan
        }
        let progress = ResourceProgress(
            newsThreshold: .since(start), cursor: start, polledAt: start, baseline: .complete)
        return AccountFeed(
            plans: plans, progress: Dictionary(uniqueKeysWithValues: lanes.map { ($0.name, progress) }), start: .now,
            overlap: .minutes(5), sweepInterval: nil,
            tallies: Dictionary(uniqueKeysWithValues: lanes.map { ($0.name, PresenceTally(listed: $0.records)) }),
            budget: RequestBudget(terms: .init(requestsPerSecond: Double(perSecond), quotaShare: share), at: start),
            at: start)
    }

    func played() -> Outcome {
        var run = self
        run.play()
        run.outcome.delays.sort()
        run.countDays()
        return run.outcome
    }

    private mutating func play() {
        let end = Self.start + .days(PaceMix.days)
        while let next = [exchanges.first?.at, loop.next].compactMap(\.self).min(), next < end {
            now = max(now, next)
            if let first = exchanges.first, first.at <= now {
                take(exchanges.removeFirst())
            } else {
                for effect in loop.effects(at: now, chance: &random) { perform(effect) }
            }
        }
    }

    private mutating func perform(_ effect: AccountMachine.Effect) {
        switch effect {
        case .send(.resource(let name), let request):
            travel(Exchange(at: now, sent: now, name: name, request: request))
        case .store(.commit(let page, _), let question):
            loop.post(.stored(.committed(summary(of: page)), question: question), at: now)
        case .store(_, let question): loop.post(.stored(.done, question: question), at: now)
        case .send(.instance, _), .eventsQueued, .goBy, .tell, .endOfAnotherInstance: break
        }
    }

    private mutating func travel(_ exchange: Exchange) {
        var exchange = exchange
        exchange.at = now + .milliseconds(Int.random(in: 20...150, using: &random))
        exchanges.insert(exchange, at: exchanges.firstIndex { $0.at > exchange.at } ?? exchanges.count)
    }

    /// A request has come to the server, or its answer has come back.
    private mutating func take(_ exchange: Exchange) {
        guard let response = exchange.response else {
            var exchange = exchange
            exchange.response = answer(exchange)
            return travel(exchange)
        }
        loop.post(.answered(.resource(exchange.name), .success(response)), at: now)
    }

    private mutating func summary(of page: PageCommit) -> CommitSummary {
        var summary = CommitSummary()
        guard let index = lanes.firstIndex(where: { $0.name == page.plan.name }) else { return summary }
        for record in page.records {
            guard let id = Int(record.id.text), let delays = lanes[index].shown.removeValue(forKey: id) else {
                continue
            }
            summary.updated += 1
            // The first day is for learning.
            if now - Self.start > .days(1) { outcome.delays += delays }
        }
        return summary
    }
}

// MARK: - The server

extension PaceRun {
    private mutating func answer(_ exchange: Exchange) -> APIResponse {
        let seconds = (now - Self.start).inSeconds
        arrivals.append(seconds)
        let day = Int(seconds / 86_400)
        if day != dayBegan { (dayBegan, usedToday) = (day, 0) }
        usedToday += 1
        var response = APIResponse(status: 200, body: [], duration: .milliseconds(100))
        response.date = now.wholeSecond
        response.dailyLimit = limit
        response.dailyRemaining = max(0, limit - usedToday)
        guard let index = lanes.firstIndex(where: { $0.name == exchange.name }) else { return response }
        happen(until: seconds, to: index)
        let items = Dictionary(uniqueKeysWithValues: exchange.request.target.query.map { ($0.name, $0.value) })
        let since = items["updated_after_utc"].flatMap { Double($0) } ?? 0
        let found = matches(since: since - Double(Self.start.secondsSince1970), of: index)
        let skip = items["skip"].flatMap { Int($0) } ?? 0
        let page = found.dropFirst(skip).prefix(items["top"].flatMap { Int($0) } ?? 100)
        for record in page { see(record.id, of: index, at: (exchange.sent - Self.start).inSeconds) }
        response.totalCount = found.count
        response.body = Array(
            ("[" + page.map { "{\"ID\":\($0.id),\"V\":\(Int($0.at * 1_000))}" }.joined(separator: ",") + "]").utf8)
        return response
    }

    /// Changes up to now become visible.
    private mutating func happen(until seconds: Double, to index: Int) {
        while let change = lanes[index].changes.first, change.at <= seconds {
            lanes[index].changes.removeFirst()
            lanes[index].unseen[change.record, default: []].append(change.at)
            if lanes[index].records == Self.recordsOfDear {
                lanes[index].visible[change.record].at = change.at
            } else {
                lanes[index].visible.removeAll { $0.id == change.record }
                lanes[index].visible.append((change.record, change.at))
            }
        }
    }

    /// A search of a dear resource finds all of it each time.
    private mutating func matches(since: Double, of index: Int) -> [(id: Int, at: Double)] {
        if lanes[index].records == Self.recordsOfDear { return lanes[index].visible }
        lanes[index].visible.removeAll { $0.at < since - 3_600 }
        return lanes[index].visible.filter { $0.at > since }
    }

    private mutating func see(_ id: Int, of index: Int, at seconds: Double) {
        guard let changes = lanes[index].unseen.removeValue(forKey: id) else { return }
        lanes[index].shown[id, default: []] += changes.map { max(0, seconds - $0) }
    }

    private mutating func countDays() {
        outcome.requests = arrivals.count
        var (day, second) = (0, 0)
        for (index, arrival) in arrivals.enumerated() {
            while arrivals[day] <= arrival - 86_400 { day += 1 }
            while arrivals[second] <= arrival - 1 { second += 1 }
            outcome.mostInADay = max(outcome.mostInADay, index - day + 1)
            outcome.mostInASecond = max(outcome.mostInASecond, index - second + 1)
        }
    }
}
