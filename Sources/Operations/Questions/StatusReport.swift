// What `status` says: the store's state beside the settings, as values that become JSON or lines.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import EventStore

/// Times are ISO 8601 in UTC, durations seconds.
package struct StatusReport: Sendable, Encodable {
    package struct Resource: Sendable, Encodable {
        package var resource: String
        package var lastPoll: String?
        package var nextPoll: String?
        /// Changes up to here have been read, by the server's clock.
        package var cursor: String
        /// Since the last complete poll began.
        package var lagSeconds: Int?
        package var recordsKnown: Int
        package var hidden: Int
        package var unlisted: Int
        package var deleted: Int
        package var baselineComplete: Bool
        package var lastSweep: String?
        package var sweepUnderWay: Bool
        /// Records gone from the lists and not confirmed yet.
        package var deletesPending: Int
        package var deletesHeldSince: String?
        package var deletesHeld: Deletes?
        /// Gone, and nobody was told: the operator said so.
        package var dismissed: Int
        /// Records whose changes are held, for too many changed alike without an updated date; and in which paths.
        package var changesHeld: Int
        package var changesHeldSince: String?
        package var changesHeldIn: [String]
        /// Records whose changes, without an updated date, wait for the end of the poll or the sweep that found them.
        package var changesOpen: Int
        package var changesOpenSince: String?
        /// Between two polls: as configured, chosen, or stretched because the budget has no room.
        package var intervalSeconds: Double?
        package var intervalIsStretched: Bool
        package var expectedDelayMeanSeconds: Double?
        package var expectedDelayWorstSeconds: Double?
        package var changesPerDay: Int?
    }

    /// Deletes that are held, because so many records vanished at once.
    package struct Deletes: Sendable, Encodable {
        package enum Awaited: String, Sendable, Encodable {
            /// Some are asked for by their ids first.
            case sample
            case `operator`
        }

        package var records: Int
        package var awaits: Awaited
        package var reason: String
        /// For people.
        package var words: String

        private enum CodingKeys: CodingKey { case records, awaits, reason }
    }

    package struct Quota: Sendable, Encodable {
        package var usedLast24Hours: Int
        package var usedByPurpose: [String: Int]
        /// Requests that others were seen to make in 24 hours.
        package var usedByOthers: Int
        /// Requests a day of the polls as they are planned now.
        package var plannedPolls: Int?
        package var allowed: Int?
        /// Of the whole instance, as the API last said.
        package var limit: Int?
        package var remaining: Int?
        package var saidAt: String?
        package var pausedUntil: String?
        /// `throttled`, `day_used_up`, `failing` or `unauthorized`.
        package var pausedFor: String?
        /// `unreadable`, `incomplete` or `contradicting`: what the last headers about the quota were.
        package var headers: String?
    }

    /// A resource that waits after a failure.
    package struct Rest: Sendable, Encodable {
        package var resource: String
        package var until: String
        /// What it was answered; nil: nothing whole.
        package var status: Int?
    }

    /// Nothing is polled before the API has said which instance it is.
    package struct Instance: Sendable, Encodable {
        package var awaitedSince: String
        /// What it was answered last; nil: nothing whole.
        package var status: Int?
    }

    /// What the clocks of both sides showed at the last answer of the API.
    package struct Clocks: Sendable, Encodable {
        package var server: String
        package var own: String
        package var serverAheadSeconds: Int
        package var disagree: Bool
        /// For people.
        package var words: String

        private enum CodingKeys: CodingKey { case server, own, serverAheadSeconds, disagree }
    }

    /// Of all endpoints together.
    package struct Queue: Sendable, Encodable {
        package var open: Int
        package var oldestOpen: String?
        package var deadLetters: Int
        package var lastSequence: Int
    }

    package struct Endpoint: Sendable, Encodable {
        package var endpoint: String
        /// `delivering`, `held` while the receiver asked for rest, `failing` while it is only probed, `recovering`,
        /// `disabled` until it is resumed, or `unconfigured` where the configuration has it no more.
        package var state: String
        package var open: Int
        package var oldestOpen: String?
        /// Since it was detected.
        package var oldestOpenSeconds: Int?
        package var deadLetters: Int
        package var heldUntil: String?
        package var failingSince: String?
        package var failuresInARow: Int
        package var nextProbe: String?
        /// Why, in words.
        package var disabled: String?
    }

    /// Whether a daemon has the store open; nil where this user may not see it.
    package var daemonRuns: Bool?
    package var store: String
    package var resources: [Resource]
    package var quota: Quota
    /// Nil before the API told a time.
    package var clocks: Clocks?
    package var instance: Instance?
    package var rests: [Rest]
    package var queue: Queue
    package var endpoints: [Endpoint]
    /// For people.
    package var costLines: [String]

    private enum CodingKeys: CodingKey {
        case daemonRuns, store, resources, quota, clocks, instance, rests, queue, endpoints
    }

    /// - Parameters:
    ///   - status: nil where no daemon has used the store yet.
    ///   - hasDaemon: whether one has it open; nil where that is not known.
    package init(
        _ status: StoreStatus?, api: APISettings?, polling: PollingSettings, storePath: String, hasDaemon: Bool?,
        at now: Instant
    ) {
        daemonRuns = hasDaemon
        let cost = api.map { CostReport(status, polling, api: $0, at: now) }
        store = storePath
        resources = (status?.resources ?? []).map { stored in
            let health = status?.budget.health
            let opens = [health?.pause?.until, health?.rests[stored.name.text]?.until].compactMap(\.self).max()
            return Resource(
                stored, cost: cost?.resources.first { $0.name == stored.name }, opens: opens ?? now, at: now)
        }
        costLines = cost?.lines ?? []
        quota = Quota(status?.budget ?? .init(), api: api, cost: cost, at: now)
        clocks = status?.budget.health.clocks.map { Clocks($0, overlap: polling.overlap) }
        instance = (status?.budget.health.instance).map {
            Instance(awaitedSince: $0.since.iso8601, status: $0.status)
        }
        rests = (status?.budget.health.rests ?? [:]).sorted { $0.key < $1.key }.compactMap { name, rest in
            rest.until > now ? Rest(resource: name, until: rest.until.iso8601, status: rest.status) : nil
        }
        endpoints = (status?.endpoints ?? []).map { Endpoint($0, at: now) }
        queue = Queue(
            open: endpoints.reduce(0) { $0 + $1.open }, oldestOpen: endpoints.compactMap(\.oldestOpen).min(),
            deadLetters: endpoints.reduce(0) { $0 + $1.deadLetters }, lastSequence: status?.lastSequence ?? 0)
        if hasDaemon == false { foretellNothing() }
    }

    /// Nobody is there who would do it.
    private mutating func foretellNothing() {
        for index in resources.indices { resources[index].nextPoll = nil }
        for index in endpoints.indices { endpoints[index].nextProbe = nil }
    }
}

extension StatusReport.Clocks {
    fileprivate init(_ comparison: ClockComparison, overlap: Duration) {
        server = comparison.server.iso8601
        own = comparison.own.iso8601
        serverAheadSeconds = comparison.aheadSeconds
        disagree = comparison.isDisagreement(overlap: overlap)
        words = "\(comparison)"
    }
}

extension StatusReport.Endpoint {
    fileprivate init(_ stored: StoreStatus.Endpoint, at now: Instant) {
        let held = stored.heldUntil.flatMap { $0 > now ? $0 : nil }
        let health = stored.health
        endpoint = stored.name
        state = stored.isConfigured ? health.word(isHeld: held != nil) : "unconfigured"
        open = stored.queue.open
        oldestOpen = stored.oldestOpen?.iso8601
        oldestOpenSeconds = stored.oldestOpen.map { Int(max(.zero, now - $0).inSeconds) }
        deadLetters = stored.queue.dead
        heldUntil = held?.iso8601
        failingSince = health.failingSince?.iso8601
        failuresInARow = health.failures
        nextProbe = health.closedUntil.map { max($0, now).iso8601 }
        disabled = health.disabled?.words
    }
}

extension StatusReport.Resource {
    /// - Parameter opens: when the resource may be asked for again, after a pause of the API or a rest of its own.
    fileprivate init(
        _ stored: StoreStatus.Resource, cost: CostReport.Resource?, opens: Instant, at now: Instant
    ) {
        let progress = stored.progress
        let interval = cost?.interval
        intervalSeconds = interval?.inSeconds
        intervalIsStretched = cost?.isStretched ?? false
        expectedDelayMeanSeconds = cost?.meanDelay.inSeconds
        expectedDelayWorstSeconds = cost?.worstDelay.inSeconds
        changesPerDay = cost?.changesPerDay.map { Int(clamping: $0.rounded()) }
        resource = stored.name.text
        lastPoll = progress.polledAt?.iso8601
        nextPoll = interval.flatMap { interval in progress.polledAt.map { max($0 + interval, opens, now).iso8601 } }
        cursor = progress.cursor.iso8601
        lagSeconds = progress.polledAt.map { Int(max(.zero, now - $0).inSeconds) }
        hidden = stored.records[.hidden] ?? 0
        unlisted = stored.records[.unlisted] ?? 0
        deleted = stored.records[.deleted] ?? 0
        deletesPending = stored.records[.suspect] ?? 0
        dismissed = stored.records[.dismissed] ?? 0
        changesHeld = stored.changesHeld
        changesHeldSince = stored.changesHeldSince?.iso8601
        changesHeldIn = stored.changesHeldIn
        changesOpen = stored.changesOpen
        changesOpenSince = stored.changesOpenSince?.iso8601
        recordsKnown = (stored.records[.listed] ?? 0) + hidden + unlisted + deletesPending
        baselineComplete = progress.baseline.isOver
        lastSweep = progress.presence.sweptAt?.iso8601
        sweepUnderWay = progress.presence.walk != nil
        if case .held(let since, let reason) = progress.presence.hold {
            deletesHeldSince = since.iso8601
            let held = HeldDeletes(records: deletesPending, reason: reason)
            deletesHeld = StatusReport.Deletes(
                records: held.records, awaits: held.awaitsOperator ? .operator : .sample, reason: "\(reason)",
                words: held.words(since: since))
        }
    }
}

extension StatusReport.Quota {
    fileprivate init(
        _ memory: RequestBudget.Memory, api: APISettings?, cost: CostReport?, at now: Instant
    ) {
        usedByOthers = memory.ledger.usedByOthers(at: now)
        plannedPolls = cost.map { Int(clamping: $0.polls.rounded()) }
        usedLast24Hours = memory.ledger.used(at: now)
        usedByPurpose = Dictionary(
            uniqueKeysWithValues: RequestPurpose.allCases.map { purpose in
                (purpose.rawValue, memory.ledger.used(for: purpose, at: now))
            })
        limit = memory.observation?.limit
        remaining = memory.observation?.remaining
        saidAt = memory.observation?.observedAt.iso8601
        allowed = api.flatMap { api in
            RequestBudget(terms: api.budget, memory: memory, at: now).allowance(at: now)
        }
        let pause = memory.health.pause.flatMap { $0.until > now ? $0 : nil }
        pausedUntil = pause?.until.iso8601
        pausedFor = pause?.cause.rawValue
        headers = memory.health.quotaTrouble?.rawValue
    }
}

extension CostReport {
    /// What the store has learned, for the settings as they are.
    init(_ status: StoreStatus?, _ polling: PollingSettings, api: APISettings, at now: Instant) {
        let stored = status?.resources ?? []
        let records = stored.map { ($0.name, $0.records[.listed] ?? 0) }
        self.init(
            polling.resources, paces: Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0.pace) }),
            records: Dictionary(uniqueKeysWithValues: records),
            sweepInterval: polling.sweeps,
            budget: RequestBudget(terms: api.budget, memory: status?.budget ?? .init(), at: now),
            isStretched: status?.budget.health.intervalsAreStretched, at: now)
    }
}
