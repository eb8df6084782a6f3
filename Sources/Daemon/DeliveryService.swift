// Performs what the endpoint's gate allows: takes what is due from the store, sends it, and records what came of it.

import ChangeFeed
import ChangeStore
import Logging
import ServiceLifecycle
import WebhookDelivery

/// The delivering of events to one endpoint.
package struct DeliveryService: ServiceLoop {
    enum Letter: LoopLetter {
        case eventsCommitted
        case tick
        /// - Parameter bytes: of the body that was sent.
        case ended(DueDelivery, bytes: Int, startedAt: Instant, AttemptOutcome)
        /// An attempt has to make its request once more, and asks when it may.
        case repeats(AsyncStream<Instant>.Continuation)
        case resume
        case stop
        case areYouThere(AsyncStream<Never>.Continuation)

        var isUrgent: Bool {
            switch self {
            case .stop, .areYouThere: true
            case .eventsCommitted, .tick, .ended, .repeats, .resume: false
            }
        }
    }

    struct Terms: Sendable {
        let concurrency: Int
        let requestsPerSecond: Double?
        let policy: DeliveryPolicy
    }

    let endpoint: StoredEndpoint
    let desk: StoreDesk
    let sender: WebhookSender
    let envelope: WebhookEnvelope
    let terms: Terms
    let clock: SteadyClock
    let logger: Logger
    fileprivate let mailbox = Mailbox<Letter>()

    init(
        endpoint: StoredEndpoint, desk: StoreDesk, sender: WebhookSender, envelope: WebhookEnvelope, terms: Terms,
        clock: SteadyClock, logger: Logger
    ) {
        self.endpoint = endpoint
        self.desk = desk
        self.sender = sender
        self.envelope = envelope
        self.terms = terms
        self.clock = clock
        self.logger = logger
    }

    /// Attempts in flight when the stop comes are waited for: each has its own timeout.
    package func run() async throws {
        let alarm = AlarmTimer(label: "delivery to \(endpoint.name)") { mailbox.post(.tick) }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { attempts in
                var turn = DeliveryTurn(service: self, alarm: alarm)
                mailbox.post(.tick)
                for await _ in mailbox.signals {
                    await turn.work(through: mailbox.takeAll(), in: &attempts)
                    if turn.isDone { break }
                }
            }
            // A service that ends before its turn counts as failed.
            try? await gracefulShutdown()
        } onCancelOrGracefulShutdown: {
            stop()
        }
    }

    package func stop() { mailbox.post(.stop) }

    /// New events are in the queue.
    package func wake() { mailbox.post(.eventsCommitted) }

    /// Somebody says that the receiver is well again.
    package func resume() { mailbox.post(.resume) }

    package func answers() async {
        let (answer, question) = AsyncStream.makeStream(of: Never.self)
        mailbox.post(.areYouThere(question))
        // Ends with the answer, or with the task of whoever asks: a loop that has ended answers nobody.
        for await _ in answer {}
    }

    func post(_ letter: Letter) { mailbox.post(letter) }

    /// Waits until a request that has to be made once more may leave; throws where the daemon is told to stop meanwhile.
    fileprivate func turnToRepeat() async throws {
        guard terms.requestsPerSecond != nil else { return }
        let (departures, answer) = AsyncStream.makeStream(of: Instant.self)
        mailbox.post(.repeats(answer))
        try await cancelWhenGracefulShutdown {
            for await departure in departures { try await Task.sleep(for: max(.zero, departure - clock.now)) }
            try Task.checkCancellation()
        }
    }
}

/// The loop's state between two batches of letters.
struct DeliveryTurn {
    let service: DeliveryService
    let alarm: AlarmTimer
    var gate: EndpointGate
    /// Attempts that ended and are not in the store yet.
    var unsettled: [AttemptReport] = []
    var holdUntil: Instant?
    /// As the store has it.
    var storedHealth: EndpointHealth
    var isToResume = false
    let stop = LoopStop(mayTake: Limits.storeMayAnswer)
    var storeFailures = 0
    var lastFailure: String?
    var shortagesTold: Set<String> = []

    init(service: DeliveryService, alarm: AlarmTimer) {
        self.service = service
        self.alarm = alarm
        gate = EndpointGate(
            concurrency: service.terms.concurrency, requestsPerSecond: service.terms.requestsPerSecond,
            heldUntil: service.endpoint.heldUntil, health: service.endpoint.health)
        storedHealth = service.endpoint.health
    }

    var isStopping: Bool { stop.isAsked }
    var isDone: Bool { isStopping && gate.inFlight == 0 }

    /// Everything that ended meanwhile is recorded in one transaction, and its places are filled again.
    mutating func work(
        through letters: [DeliveryService.Letter], in attempts: inout DiscardingTaskGroup
    ) async {
        for letter in letters {
            switch letter {
            case .eventsCommitted, .tick: break
            case .areYouThere, .stop: readUrgent(letter)
            case .resume: isToResume = true
            case .repeats(let answer):
                answer.yield(gate.repeats(at: service.clock.now))
                answer.finish()
            case .ended(let delivery, let bytes, let startedAt, let outcome):
                take(outcome, of: delivery, bytes: bytes, startedAt: startedAt)
            }
        }
        do {
            try await settle()
            try await resumeWhereAsked()
            if !isStopping { try await launch(in: &attempts) }
            storeFailures = 0
        } catch {
            await waitForTheStore(error)
        }
    }

    private func readUrgent(_ letter: DeliveryService.Letter) {
        switch letter {
        case .areYouThere(let question): question.finish()
        case .stop: stop.ask(at: service.clock.now)
        case .eventsCommitted, .tick, .ended, .repeats, .resume: break
        }
    }

    /// A verb of the store may take its time: the loop answers meanwhile, and heeds a stop.
    ///
    /// - Parameter isBeginning: of something new, which a stop does not wait for.
    private func store<Answer: Sendable>(
        isBeginning: Bool = false, _ body: @escaping @Sendable (ChangeStore) throws -> Answer
    ) async throws -> Answer {
        let desk = service.desk
        return try await service.mailbox.wait(
            for: { try await desk.run(.deliver, body) }, reading: readUrgent,
            until: {
                isBeginning && stop.isAsked || stop.hasWaitedEnough(at: service.clock.now, alarm)
            })
    }

    private mutating func take(
        _ outcome: AttemptOutcome, of delivery: DueDelivery, bytes: Int, startedAt: Instant
    ) {
        let number = delivery.attempts + 1
        logShortage(outcome)
        if outcome.tellsNothing {
            // If it had any effect, it is sent again all the same, with the same id and bytes: by the next process where this
            // one is told to stop, and else as soon as there is what it takes.
            service.desk.store.putBack([delivery.id])
            gate.leave(delivery.id)
            if outcome.failure == .shortage {
                gate.lacked(at: service.clock.now, jitter: .random(in: 0..<1))
            } else {
                log(outcome, of: delivery, number: number, bytes: bytes)
            }
            return
        }
        log(outcome, of: delivery, number: number, bytes: bytes)
        let before = gate.health
        gate.took(
            outcome, of: delivery.traits, begun: startedAt, at: service.clock.now, jitter: .random(in: 0..<1))
        logEndOfShortage()
        logHealth(since: before)
        let decision = service.terms.policy.decide(
            outcome, attempts: number - delivery.attemptsBefore, health: gate.health, at: service.clock.now,
            jitter: .random(in: 0..<1))
        if let hold = decision.holdEndpointUntil {
            gate.hold(until: hold)
            holdUntil = max(holdUntil ?? hold, hold)
        }
        if decision.disposition == .dead { logGivenUp(delivery, attempts: number) }
        unsettled.append(
            AttemptReport(
                deliveryID: delivery.id, number: number, startedAt: startedAt, outcome: outcome,
                disposition: decision.disposition))
    }

    /// A delivery leaves the gate only once its outcome is in the store; before, it would be due again.
    private mutating func settle() async throws {
        guard !unsettled.isEmpty else { return }
        let (reports, hold, endpoint, now) = (unsettled, holdUntil, service.endpoint, service.clock.now)
        // Most attempts succeed, and change nothing that is kept.
        let health = gate.health.memory == storedHealth ? nil : gate.health.memory
        try await store {
            try $0.settle(reports, of: endpoint, holdUntil: hold, health: health, at: now)
        }
        storedHealth = health ?? storedHealth
        for report in reports { gate.leave(report.deliveryID) }
        unsettled = []
        holdUntil = nil
    }

    private mutating func resumeWhereAsked() async throws {
        guard isToResume else { return }
        let endpoint = service.endpoint
        try await store { try $0.resume(endpoint) }
        isToResume = false
        gate.resume()
        storedHealth = gate.health.memory
        service.logger.notice(
            "the endpoint is resumed; what never failed goes first, and then takes turns with what did")
    }

    private mutating func launch(in attempts: inout DiscardingTaskGroup) async throws {
        let endpoint = service.endpoint
        var now = service.clock.now
        var admission = gate.admission(at: now)
        while admission.total > 0 {
            let (wanted, moment) = (admission, now)
            let admitsReplays = gate.replaysOpen <= now
            let due = try await store(isBeginning: true) {
                try $0.claim(of: endpoint, wanted, admittingReplays: admitsReplays, at: moment)
            }
            // Told to stop meanwhile, it begins nothing new.
            if isStopping { return service.desk.store.putBack(due.map(\.id)) }
            for delivery in due { start(delivery, in: &attempts) }
            if due.count < wanted.total { break }
            now = service.clock.now
            admission = gate.admission(at: now)
        }
        guard gate.opens(at: now) != nil else { return alarm.set(after: nil) }
        let (replaysOpen, moment) = (gate.replaysOpen, now)
        let queue = try await store(isBeginning: true) {
            try $0.waiting(of: endpoint, replaysOpen: replaysOpen, at: moment)
        }
        alarm.set(after: gate.looksAgain(at: queue, at: now).map { $0 - service.clock.now })
    }

    private mutating func start(_ delivery: DueDelivery, in attempts: inout DiscardingTaskGroup) {
        let startedAt = service.clock.now
        gate.enter(delivery.traits, at: startedAt)
        if let spacing = delivery.replaySpacing { gate.beganReplay(spacing: spacing, at: startedAt) }
        let service = service
        attempts.addTask {
            let post = service.envelope.post(delivery, at: SteadyClock.wall)
            let outcome = await service.sender.post(post) { try await service.turnToRepeat() }
            service.post(.ended(delivery, bytes: post.body.count, startedAt: startedAt, outcome))
        }
    }

    /// What cannot be recorded is kept and tried again: an outcome forgotten would be a webhook sent once more.
    private mutating func waitForTheStore(_ error: any Error) async {
        storeFailures += 1
        if storeFailures == 1, !(error is StoppedWaiting) {
            service.logger.error("the state store failed; deliveries wait for it: \(error)")
        }
        if isStopping, storeFailures > 1 || error is StoppedWaiting {
            for report in unsettled { gate.leave(report.deliveryID) }
            unsettled = []
        }
        alarm.set(after: Limits.failureBackoff.wait(afterFailures: storeFailures, jitter: .random(in: 0..<1)))
    }
}
