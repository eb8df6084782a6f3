// Carries out what commands beside the daemon ask of it, by way of the store.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Logging
import ServiceLifecycle

struct OperatorService: Sendable {
    let polls: PollService
    let running: @Sendable () -> [DeliveryService]
    let desk: StoreDesk
    let clock: SteadyClock
    let logger: Logger
    private let bell: OperatorBell

    /// - Parameter running: the endpoints' services that run.
    init(
        polls: PollService, running: @escaping @Sendable () -> [DeliveryService], desk: StoreDesk, clock: SteadyClock,
        logger: Logger, bell: OperatorBell
    ) {
        self.polls = polls
        self.running = running
        self.desk = desk
        self.clock = clock
        self.logger = logger
        self.bell = bell
    }

    private var store: any StoreEngine { polls.store }
    private var deliveries: [DeliveryService] { running() }

    func run() async {
        try? await cancelWhenGracefulShutdown {
            var carriedOut: Set<ResourceName> = []
            var revision = polls.revision
            var emptied: [String: Int] = [:]
            var lastProblem: String?
            while !Task.isCancelled {
                do {
                    try await resume()
                    try await poll()
                    let givesUp = try await giveUp(&emptied)
                    // What goes by another plan was taken from the store, which knows of no release.
                    if revision != polls.revision { (carriedOut, revision) = ([], polls.revision) }
                    carriedOut = try await release(besides: carriedOut)
                    // What else is asked for is looked at between two steps of what takes long.
                    let decided = try await decidedMore()
                    try await judgeOverdue()
                    let (settled, replayed) = (try await settledMore(), try await replayedMore())
                    let discarded = try await discardedMore()
                    let hasMore = givesUp || decided || settled || replayed || discarded
                    if lastProblem != nil { logger.notice("what is asked of the daemon is carried out again") }
                    lastProblem = nil
                    if hasMore { continue }
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // Logged when it changes, not each time.
                    if lastProblem != "\(error)" {
                        logger.warning(
                            "what is asked of the daemon could not be carried out in the state store; trying again: \(error)"
                        )
                    }
                    lastProblem = "\(error)"
                    bell.committed()
                }
                try await bell.listen()
            }
        }
    }

    /// It stays asked for until the store has it.
    private func resume() async throws {
        let store = store
        if try await desk.run(.operate, { try store.isAPIResumptionRequested() }) { polls.resumeAPI() }
        for delivery in deliveries {
            let endpoint = delivery.endpoint
            if try await desk.run(.operate, { try store.isResumptionRequested(of: endpoint) }) { delivery.resume() }
        }
    }

    private func poll() async throws {
        let store = store
        let asked = try await desk.run(.operate) { try store.takePollRequests() }
        for row in asked.dropped { sayDropped(row) }
        for name in asked.names where polls.pollNow(name) {
            logger.notice("polled next, as was asked", metadata: ["resource": "\(name)"])
        }
    }

    /// Also what waits for endpoints that are not configured any more.
    ///
    /// - Parameter emptied: what became of queues so far, by the names of the endpoints.
    /// - Returns: whether there is more to do at once.
    private func giveUp(_ emptied: inout [String: Int]) async throws -> Bool {
        let (store, roster) = (store, polls.roster)
        let endpoints = try await desk.run(.operate) {
            roster.current + (try store.endpointsToGiveUp(besides: roster.current))
        }
        var hasMore = false
        for endpoint in endpoints {
            let now = clock.now
            let step = try await desk.run(.operate) {
                try store.giveUpWhatWasAsked(of: roster.now(endpoint), limit: Limits.givenUpAtOnce, at: now)
            }
            var logger = logger
            logger[metadataKey: "endpoint"] = "\(endpoint.name)"
            for delivery in step.deliveries { logger.gaveUp(delivery) }
            emptied[endpoint.name, default: 0] += step.ofQueue
            if step.queueIsDone { logger.gaveUp(queueOf: emptied.removeValue(forKey: endpoint.name) ?? 0) }
            hasMore = hasMore || step.hasMore
            // The next event of a record may go now.
            guard !step.deliveries.isEmpty || step.ofQueue > 0 else { continue }
            deliveries.first { $0.name == endpoint.name }?.wake()
        }
        return hasMore
    }

    /// Says what is asked for now, what was carried out before among it.
    private func release(besides carriedOut: Set<ResourceName>) async throws -> Set<ResourceName> {
        let store = store
        let requests = try await desk.run(.operate) { try store.requestedReleases() }
        for row in requests.dropped { sayDropped(row) }
        let asked = Set(requests.names)
        for name in asked.subtracting(carriedOut) {
            logger.notice(
                "the deletes that were held are released; each is confirmed by its id",
                metadata: ["resource": "\(name)"])
            polls.release(name)
        }
        return asked
    }

    /// What was held is told from now on, or learned silently.
    private func decidedMore() async throws -> Bool {
        let store = store
        let step = try await desk.run(.operate) {
            try store.carryOutDecision(limit: Limits.decidedAtOnce)
        }
        if let row = step.dropped { sayDropped(row) }
        guard let decision = step.done else { return step.hasMore }
        logger.notice(
            decision.isDismissed
                ? "what was held is dismissed: it is learned, and nobody is told"
                : "the changes that were held are released: each is told",
            metadata: ["resource": "\(decision.name)"])
        if decision.dismissesDeletes { polls.dismiss(decision.name) }
        return step.hasMore
    }

    /// What was found by a poll or a sweep that does not end is told or held after a time, whether the API answers or not.
    private func judgeOverdue() async throws {
        let (polls, now) = (polls, clock.now)
        let overdue = try await desk.run(.operate) {
            let polling = polls.plan.polling
            // So long a change without a stamp waits for the end of what found it.
            return try polls.store.judgeOverdueUnstamped(
                polling.resources, waitingFor: polling.sweepInterval, at: now)
        }
        for reading in overdue {
            let resource: Logger.Metadata = ["resource": "\(reading.resource)"]
            logger.warning("\(reading)", metadata: resource)
            if let held = reading.held { logger.error("\(held)", metadata: resource) }
        }
    }

    /// A little at a time, so that polls go on meanwhile.
    private func settledMore() async throws -> Bool {
        let (polls, now) = (polls, clock.now)
        let step = try await desk.run(.operate) {
            try polls.store.settleUnstamped(
                polls.plan.polling.resources, to: polls.roster.current,
                limit: Limits.unstampedSettledAtOnce,
                detectedAt: SteadyClock.wall, at: now)
        }
        if step.told > 0 { for delivery in deliveries { delivery.wake() } }
        return step.settled > 0
    }

    /// All that is asked for goes into the queue, a little at a time; how fast it is sent is a matter of when it is due.
    private func replayedMore() async throws -> Bool {
        let (store, roster, now) = (store, polls.roster, clock.now)
        let step = try await desk.run(.operate) {
            try store.carryOnReplay(to: roster.current, limit: Limits.replayedAtOnce, at: now)
        }
        switch step {
        case nil: return false
        case .dropped(let row): sayDropped(row)
        case .carriedOn(let request, let isDone):
            for delivery in deliveries { delivery.wake() }
            guard isDone else { break }
            logger.notice(
                "what was asked to be sent again is in the queue",
                metadata: ["events": .stringConvertible(request.count)])
        }
        return true
    }

    /// A little at a time as well.
    private func discardedMore() async throws -> Bool {
        let store = store
        let (step, names) = try await desk.run(.operate) {
            let step = try store.discardWhatWasAsked(limit: Limits.givenUpAtOnce)
            return (step, try step.letters.keys.map { id in (id, try store.look { try $0.endpointRow(id)?.name }) })
        }
        for (id, name) in names {
            logger.notice(
                "dead letters are discarded as was asked: nobody is told of these events any more",
                metadata: ["endpoint": "\(name ?? "unknown")", "letters": .stringConvertible(step.letters[id] ?? 0)])
        }
        return step.hasMore
    }

    private func sayDropped(_ row: UnreadableRow) {
        logger.error("\(row); nothing is done about it: ask for it again")
    }
}

extension Logger {
    /// Somebody asked to give this delivery up, and it is a dead letter now.
    fileprivate func gaveUp(_ delivery: DueDelivery) {
        notice(
            "given up as was asked: this event is a dead letter now; `insightly-webhooks replay` sends it again",
            metadata: [
                "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
                "sequence": .stringConvertible(delivery.sequence), "attempts": .stringConvertible(delivery.attempts),
            ])
    }

    fileprivate func gaveUp(queueOf deliveries: Int) {
        notice(
            """
            what waited for the endpoint is given up as was asked: these events are dead letters now; \
            `insightly-webhooks replay` sends them again
            """,
            metadata: ["deliveries": .stringConvertible(deliveries)])
    }
}
