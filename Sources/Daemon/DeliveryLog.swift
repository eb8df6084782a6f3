// What the log says of deliveries.

import ChangeFeed
import EventStore
import Logging
import Operations

/// Remembers what the operator has been told of one endpoint.
struct DeliveryLog {
    let logger: Logger
    let endpoint: String
    private var lastFailure: String?
    private var shortagesTold: Set<String> = []
    private var hasToldOfLack = false

    init(logger: Logger, endpoint: String) {
        self.logger = logger
        self.endpoint = endpoint
    }

    mutating func tell(_ news: EndpointMachine.News) {
        switch news {
        case .attempted(let attempt, let bytes, let outcome): tell(outcome, of: attempt, bytes: bytes)
        case .gaveUp(let attempt): tellGivenUp(attempt)
        case .gaveUpUnreadable(let delivery): tellUnreadable(delivery)
        case .lacksDictionary(let deliveries): tellLack(of: deliveries)
        case .health(let before, let after): tell(after, since: before)
        case .shortage(let what): tellShortage(what)
        case .shortageIsOver:
            guard !shortagesTold.isEmpty else { return }
            shortagesTold = []
            logger.notice("deliveries go on: nothing has been lacking for a minute")
        case .resumed:
            logger.notice("the endpoint is resumed; what never failed goes first, and then takes turns with what did")
        case .planned(let hasNewTarget):
            logger.info("deliveries go by the new configuration")
            if hasNewTarget { logger.notice("\(StoredEndpoint.newTarget)") }
        case .storeFailed(let reason): logger.error("deliveries wait for the state store: \(reason)")
        }
    }

    private func tellGivenUp(_ attempt: Attempt) {
        let delivery = attempt.delivery
        logger.error(
            "given up: this event is a dead letter now, kept and not sent again by itself",
            metadata: [
                "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
                "sequence": .stringConvertible(delivery.sequence), "attempts": .stringConvertible(attempt.number),
            ])
    }

    private func tellUnreadable(_ delivery: DueDelivery) {
        logger.error(
            """
            the body of this event cannot be read in the state store, which was damaged: it is a dead letter now, and cannot \
            be sent. "A damaged store" in docs/operating.md says what can be done
            """,
            metadata: [
                "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
                "sequence": .stringConvertible(delivery.sequence),
            ])
    }

    /// They are looked at each hour, and told of once.
    private mutating func tellLack(of deliveries: [DueDelivery]) {
        guard !hasToldOfLack, let first = deliveries.first else { return }
        hasToldOfLack = true
        logger.error(
            """
            events cannot be read: what they were packed by in the state store is damaged or missing. They wait until it is \
            back, and are looked at each hour. "A damaged store" in docs/operating.md says what can be done
            """,
            metadata: ["event": "\(first.eventID)", "sequence": .stringConvertible(first.sequence)])
    }

    /// One wide line an attempt. A failure that repeats word for word is logged more quietly.
    ///
    /// - Parameter bytes: of the body that was sent, which may be what it was refused for.
    private mutating func tell(_ outcome: AttemptOutcome, of attempt: Attempt, bytes: Int) {
        // No attempt was made, and what was lacking is told by itself.
        if outcome.failure == .shortage { return }
        let result: String
        switch outcome.verdict {
        case .answered(let status): result = String(status)
        case .failed(let failure): result = failure.rawValue
        }
        // What is the event's own fault is told of each event once; what this daemon broke off is nobody's.
        let repeats = outcome.refusesTheEvent ? attempt.number > 1 : lastFailure == result
        if !outcome.tellsNothing { lastFailure = outcome.isSuccess ? nil : result }
        let level: Logger.Level =
            outcome.isSuccess ? .info : repeats || outcome.tellsNothing ? .debug : .warning
        guard level >= logger.logLevel else { return }
        let delivery = attempt.delivery
        var metadata: Logger.Metadata = [
            "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
            "sequence": .stringConvertible(delivery.sequence), "attempt": .stringConvertible(attempt.number),
            "result": "\(result)", "milliseconds": .stringConvertible(Int(outcome.duration.microseconds / 1000)),
        ]
        if outcome.refusesTheEvent { metadata["bytes"] = .stringConvertible(bytes) }
        if let detail = outcome.detail { metadata["detail"] = "\(detail)" }
        logger.log(level: level, outcome.isSuccess ? "delivered" : "not delivered", metadata: metadata)
    }

    /// What this process or machine lacks is told once.
    private mutating func tellShortage(_ what: String?) {
        guard let what, shortagesTold.insert(what).inserted else { return }
        logger.error(
            "deliveries wait, and no attempt is counted: \(what). They go on by themselves once that has changed")
    }

    /// The circuit's turns, and the end of trying.
    private func tell(_ health: EndpointHealth, since before: EndpointHealth) {
        if let disabled = health.disabled, before.disabled == nil {
            return logger.error(
                """
                the endpoint is disabled: \(disabled.words). Its queue is kept; once the receiver is well, \
                `insightly-webhooks resume \(endpoint)` sends it
                """)
        }
        switch (before.circuit, health.circuit) {
        case (.closed, .open(_, let probes)), (.doubtful, .open(_, let probes)), (.probing, .open(_, let probes)),
            (.recovering, .open(_, let probes)):
            let wait = Int(Limits.wait(afterProbes: probes).inSeconds)
            logger.warning(
                "the receiver fails: nothing is sent for \(wait) s, and then one event to find out",
                metadata: ["failures": .stringConvertible(health.failures), "result": "\(lastFailure ?? "")"])
        case (.probing, .recovering): logger.notice("the receiver takes events again")
        default: break
        }
    }
}
