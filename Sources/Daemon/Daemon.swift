// The wiring: settings in, services out, run until told to stop.

import Admin
import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation
import InsightlyAPI
import Logging
import ServiceLifecycle
import UnixSignals
import WebhookDelivery

/// The daemon of one account and its endpoints.
package struct Daemon: Sendable {
    /// Under which the store keeps the one account.
    package static let accountName = "default"

    let settings: DaemonSettings
    let storePath: String
    let version: String
    let logger: Logger
    let notifier: SystemdNotifier

    /// - Parameter storePath: the file of the state store, resolved.
    package init(
        settings: DaemonSettings, storePath: String, version: String, logger: Logger, notifier: SystemdNotifier
    ) {
        self.settings = settings
        self.storePath = storePath
        self.version = version
        self.logger = logger
        self.notifier = notifier
    }

    /// Runs until SIGTERM or SIGINT; what is in flight then is finished, within bounds.
    ///
    /// - Throws: `StoreProblem` where the store cannot be used, `InvalidConfiguration` where a certificate is none.
    package func run() async throws {
        // From the first moment on: a stop that comes while the store is opened is a stop, and no death by signal.
        let signals = await DaemonSignals.trapped()
        let stop = StopRequest()
        let listening = Task {
            for await signal in signals {
                if case .nothing(let said) = DaemonSignals.meaning(of: signal) {
                    logger.notice("\(said)")
                    continue
                }
                logger.notice("stopping: what is in flight is finished, within \(Limits.stopping)")
                stop.ask()
            }
        }
        defer { listening.cancel() }
        guard settings.polling.enabled, let api = settings.api, let notification = settings.notification else {
            let reason = "event.notification.enabled is false: nothing is polled and nothing is sent"
            logger.notice("\(reason)")
            return try await serve([IdleService()], loops: [], status: reason, until: stop)
        }
        let clock = SteadyClock()
        let opening = StoreOpening(path: storePath, logger: logger)
        let opened = try await opening.open(until: stop) {
            try Memory(api, settings.polling, notification, of: $0, at: clock.now)
        }
        guard let (store, memory) = opened else { return logger.notice("stopped before the state store was open") }
        let desk = StoreDesk(store, logger: logger)
        let descriptors = descriptors(for: notification)
        // From here on nothing is thrown before they are shut down.
        let client = InsightlyClient(baseURL: api.baseURL, apiKey: api.apiKey.revealedText, version: version)
        let senders = notification.senders()
        let outcome = await Result {
            let deliveries = deliveries(memory, notification, senders: senders, desk: desk, clock: clock)
            let polls = PollService(
                account: memory.account, api: api, endpoints: memory.endpoints, desk: desk, client: client,
                clock: clock,
                logger: logger, feed: feed(memory, api: api, at: clock.now),
                eventsCommitted: { for delivery in deliveries { delivery.wake() } })
            let requests = OperatorService(
                account: memory.account, plans: settings.polling.resources,
                longestReading: settings.polling.sweepInterval, deliveries: deliveries, desk: desk, clock: clock,
                logger: logger, released: polls.release, deletesDismissed: polls.dismiss,
                apiResumed: polls.resumeAPI)
            let pruning = PruneService(desk: desk, retention: settings.store.retention, clock: clock, logger: logger)
            logStart(memory, deliveries, of: store, at: clock.now)
            let admin = admin(
                of: memory, api: api, connections: descriptors.adminConnections, desk: desk, clock: clock)
            try await serve(
                admin + [pruning] + deliveries + [polls, requests, StoreWatchService(desk: desk)],
                loops: [polls] + deliveries, status: "polling \(resourceNames)", until: stop)
        }
        try? await client.shutdown()
        for sender in senders { await sender.shutdown() }
        await desk.close(within: Limits.storeMayClose)
        try outcome.get()
        logger.notice("stopped; what is not delivered waits in the store")
    }

    /// What the process before this one left.
    private struct Memory: Sendable {
        let account: StoredAccount
        /// In the order of the configuration.
        let endpoints: [StoredEndpoint]
        let budget: RequestBudget.Memory
        let progress: [ResourceName: ResourceProgress]
        let tallies: [ResourceName: PresenceTally]
        let paces: [ResourceName: ResourcePace]
        let depth: QueueDepth
        /// What waits for endpoints that are configured no more.
        let abandoned: [(name: String, open: Int)]
        /// What of it could not be read, and is learned anew.
        let unreadable: [UnreadableRow]

        /// What became of the state of resources that the configuration writes another way now.
        let adoption: [ResourceAdoption.Notice]
        /// The instance that it is all about, as far as it is known.
        let instance: String?

        init(
            _ api: APISettings, _ polling: PollingSettings, _ notification: NotificationSettings,
            of store: ChangeStore, at now: Instant
        ) throws {
            account = try store.account(named: Daemon.accountName, identity: AccountIdentity.make(for: api))
            adoption = try store.adopt(polling.resources, of: account, at: now)
            instance = try store.instance(of: account)
            endpoints = try notification.endpoints.map {
                try store.endpoint(
                    named: $0.name, rules: $0.rules, target: Fingerprint(of: Array($0.url.utf8)[...]),
                    longestWait: $0.retrySchedule.longestWait, at: now)
            }
            budget = try store.budgetMemory(of: account)
            progress = try store.progress(of: account)
            tallies = try store.presenceTallies(of: account)
            paces = try store.paces(of: account)
            unreadable = try store.unreadableMemories(of: account)
            depth = try endpoints.reduce(into: QueueDepth(open: 0, dead: 0)) { $0 += try store.queueDepth(of: $1) }
            abandoned = try store.queuedBeside(endpoints)
        }
    }

    /// One loop for each endpoint: none waits for another.
    private func deliveries(
        _ memory: Memory, _ notification: NotificationSettings, senders: [WebhookSender], desk: StoreDesk,
        clock: SteadyClock
    ) -> [DeliveryService] {
        zip(memory.endpoints, zip(notification.endpoints, senders)).map { stored, configured in
            let (endpoint, sender) = configured
            var logger = logger
            logger[metadataKey: "endpoint"] = "\(endpoint.name)"
            return DeliveryService(
                endpoint: stored, desk: desk, sender: sender,
                envelope: WebhookEnvelope(
                    endpoint, instance: notification.instance, account: memory.account, version: version),
                terms: endpoint.terms, clock: clock, logger: logger)
        }
    }

    /// Both loops begin nothing new as soon as the stop comes; the services are then waited for in reverse.
    private func serve(
        _ services: [any Service], loops: [any ServiceLoop], status: String, until stop: StopRequest
    ) async throws {
        var services = services
        if let watchdog = notifier.watchdog {
            services.append(WatchdogService(loops: loops, interval: watchdog / 2, report: notifier.isAlive))
        }
        services.append(ReadinessService(notifier: notifier, status: status))
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            logger: quiet)
        configuration.maximumGracefulShutdownDuration = Limits.stopping
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask {
                await stop.wait()
                for loop in loops { loop.stop() }
                await group.triggerGracefulShutdown()
            }
            try await group.run()
            tasks.cancelAll()
        }
    }

    /// The service group's own account of its work is of use to its authors only.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = .error
        return logger
    }

    private func feed(_ memory: Memory, api: APISettings, at now: Instant) -> AccountFeed {
        let budget = RequestBudget(api: api, memory: memory.budget, at: now)
        return AccountFeed(
            plans: settings.polling.resources, progress: memory.progress, start: settings.polling.start,
            overlap: settings.polling.overlap,
            sweepInterval: settings.polling.deletes ? settings.polling.sweepInterval : nil, tallies: memory.tallies,
            paces: memory.paces,
            instance: InstanceCheck(known: memory.instance, wait: memory.budget.health.instance, at: now),
            budget: budget, at: now)
    }

    /// The admin server, where one is wanted.
    private func admin(
        of memory: Memory, api: APISettings, connections: Int, desk: StoreDesk, clock: SteadyClock
    ) -> [any Service] {
        guard let listen = settings.adminListen else { return [] }
        let address: AdminServer.Address =
            switch listen {
            case .tcp(let host, let port): .tcp(host: host, port: port)
            case .unix(let path): .unix(path: path)
            }
        let (account, endpoints) = (memory.account, memory.endpoints.map(\.name))
        let overlap = settings.polling.overlap
        let look = SharedLook(now: { clock.now }) {
            try await desk.look { try $0.status(of: account, endpoints: endpoints) }
        }
        let server = AdminServer(
            address: address, bounds: .init(connections: connections, patience: Limits.adminPatience),
            machine: ProcessInfo.processInfo.hostName, logger: logger,
            reasonsNotReady: { desk.troubles.map { "the state store: \($0.words)" }.sorted() },
            metrics: {
                let seen = await look.seen(within: Limits.metricsMayWait)
                let now = clock.now
                var metrics = MetricsText(desk.troubles, age: seen.map { now - $0.time })
                guard let status = seen?.answer else { return metrics.text }
                let budget = RequestBudget(api: api, memory: status.budget, at: now)
                metrics.add(status, allowed: budget.allowance(at: now), overlap: overlap, at: now)
                return metrics.text
            })
        return [server]
    }

    /// The system's limit on open files is raised first, and shared out: deliveries go before being looked at.
    private func descriptors(for notification: NotificationSettings) -> DescriptorPlan {
        let limit = DescriptorLimit.raised()
        let plan = DescriptorPlan(
            limit: limit, attempts: notification.endpoints.reduce(0) { $0 + $1.concurrency },
            hasAdminServer: settings.adminListen != nil)
        if plan.isShort {
            logger.warning(
                "this process may have \(limit) files open, and may need \(plan.wanted): allow it more (LimitNOFILE= in the unit, ulimit -n)"
            )
        }
        return plan
    }

    private var resourceNames: String {
        settings.polling.resources.map(\.name.text).joined(separator: " ")
    }

    private func logStart(
        _ memory: Memory, _ deliveries: [DeliveryService], of store: ChangeStore, at now: Instant
    ) {
        if store.isNew {
            logger.notice(
                "the state store is new: this is a first run, and event.poller.start says what counts as news",
                metadata: ["store": "\(storePath)"])
        }
        if store.names > 1 {
            logger.warning(
                """
                the state store has \(store.names) names (hard links). Its -wal file belongs to one of them: opened by \
                another, it would lack its newest part. Keep one name, and copy where a copy is meant
                """,
                metadata: ["store": "\(storePath)"])
        }
        logger.notice(
            "polling",
            metadata: [
                "version": "\(version)", "store": "\(storePath)",
                "resources": "\(resourceNames)",
                "queued": .stringConvertible(memory.depth.open), "dead": .stringConvertible(memory.depth.dead),
            ])
        for row in memory.unreadable { logger.warning("\(row); it is learned anew") }
        for delivery in deliveries { delivery.endpoint.logStart(delivery.logger, at: now) }
        for notice in memory.adoption {
            logger.log(level: notice.level, "\(notice.description)", metadata: notice.metadata)
        }
        for endpoint in memory.abandoned {
            logger.warning(
                "events wait for an endpoint that is not configured any more; they are kept until it is again",
                metadata: ["endpoint": "\(endpoint.name)", "queued": .stringConvertible(endpoint.open)])
        }
    }
}

extension RequestBudget {
    /// The budget of an account as its settings and the store say.
    init(api: APISettings, memory: Memory, at now: Instant) {
        self.init(
            terms: Terms(
                requestsPerSecond: api.requestsPerSecond, quotaShare: api.quotaShare, dailyLimit: api.dailyLimit),
            memory: memory, at: now)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
