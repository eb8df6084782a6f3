// What `status` says: the store's state beside the settings, as values that become JSON or lines.

import ChangeFeed
import DaemonConfiguration
import EventStore

/// Times are ISO 8601 in UTC, durations seconds.
package struct StatusReport: Sendable, Encodable {
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

        package init(awaitedSince: String, status: Int? = nil) {
            self.awaitedSince = awaitedSince
            self.status = status
        }
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

    /// A replay that is not all in the queue yet.
    package struct Replay: Sendable, Encodable, Equatable {
        /// Nil: to all.
        package var endpoint: String?
        /// Events that are in the queue.
        package var queued: Int
        /// The log is looked through from here up to `through`, and was up to `doneThrough`.
        package var from: Int
        package var doneThrough: Int
        package var through: Int
        package var eventsPerSecond: Double

        /// 0…1
        package var share: Double {
            through < from ? 1 : Double(max(0, doneThrough - from + 1)) / Double(through - from + 1)
        }
    }

    /// Of daemons that share the store, the one that works for the account.
    package struct Leader: Sendable, Encodable, Equatable {
        package var daemon: String
        /// How often the account was taken over.
        package var epoch: Int
        package var since: String

        init(_ leadership: Leadership) {
            (daemon, epoch, since) = (leadership.holder, leadership.epoch, leadership.since.iso8601)
        }
    }

    /// Whether a daemon has the store open; nil where this user may not see it.
    package var daemonRuns: Bool?
    /// Nil where the store is one daemon's alone, or nobody leads the account.
    package var leader: Leader?
    /// How many daemons run on the store, this account's or not; nil where it is one daemon's alone.
    package var daemons: Int?
    package var store: String
    package var resources: [Resource]
    package var quota: Quota
    /// Nil before the API told a time.
    package var clocks: Clocks?
    package var instance: Instance?
    package var rests: [Rest]
    package var queue: Queue
    package var endpoints: [Endpoint]
    package var replays: [Replay]
    /// What needs somebody, the most urgent first.
    package var attention: [Attention] = []
    /// For people: what polling costs, and then each resource by itself.
    package var costLines: [String]
    /// For people who see the resources anyway.
    package var costLinesOfAll: [String]

    private enum CodingKeys: CodingKey {
        case daemonRuns, leader, daemons, store, resources, quota, clocks, instance, rests, queue, endpoints, replays,
            attention
    }

    /// - Parameters:
    ///   - status: nil where no daemon has used the store yet.
    ///   - store: where it is, as people know it.
    ///   - hasDaemon: whether one has it open; nil where that is not known.
    package init(
        _ status: StoreStatus?, api: APISettings?, polling: PollingSettings, store: String, hasDaemon: Bool?,
        sharing: Sharing? = nil, at now: Instant
    ) {
        daemonRuns = hasDaemon
        leader = sharing?.leadership.map(Leader.init)
        daemons = sharing?.daemons
        let cost = api.map { CostReport(status, polling, api: $0, at: now) }
        self.store = store
        resources = (status?.resources ?? []).map { stored in
            let health = status?.budget.health
            let opens = [health?.pause?.until, health?.rests[stored.name.text]?.until].compactMap(\.self).max()
            return Resource(
                stored, cost: cost?.resources.first { $0.name == stored.name }, opens: opens ?? now, at: now)
        }
        costLines = cost?.lines ?? []
        costLinesOfAll = cost?.linesOfAll ?? []
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
        replays = (status?.replays ?? []).map(Replay.init)
        if hasDaemon == false { foretellNothing() }
        attention = Attention.needed(by: self)
    }

    /// The same without what changes by time alone, for whoever waits for something to happen.
    package var withoutForetelling: StatusReport {
        var report = self
        report.foretellNothing()
        for index in report.resources.indices { report.resources[index].forgetForecasts() }
        report.quota.plannedPolls = nil
        report.quota.allowed = nil
        (report.costLines, report.costLinesOfAll) = ([], [])
        return report
    }

    /// Nobody is there who would do it.
    private mutating func foretellNothing() {
        for index in resources.indices { resources[index].nextPoll = nil }
        for index in endpoints.indices { endpoints[index].nextProbe = nil }
    }
}

extension StatusReport.Replay {
    init(_ request: ReplayRequest) {
        endpoint = request.selection.endpoint
        queued = request.count
        from = min(request.selection.sequences?.lowerBound ?? 1, request.doneThrough + 1)
        doneThrough = request.doneThrough
        through = request.through
        eventsPerSecond = request.eventsPerSecond
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
