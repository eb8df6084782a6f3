// What the log says of deliveries.

import ChangeFeed
import Logging

extension DeliveryTurn {
    func logGivenUp(_ delivery: DueDelivery, attempts: Int) {
        service.logger.error(
            "given up: this event is a dead letter now, kept and not sent again by itself",
            metadata: [
                "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
                "sequence": .stringConvertible(delivery.sequence), "attempts": .stringConvertible(attempts),
            ])
    }

    /// One wide line an attempt. A failure that repeats word for word is logged more quietly.
    ///
    /// - Parameter bytes: of the body that was sent, which may be what it was refused for.
    mutating func log(_ outcome: AttemptOutcome, of delivery: DueDelivery, number: Int, bytes: Int) {
        let result: String
        switch outcome.verdict {
        case .answered(let status): result = String(status)
        case .failed(let failure): result = failure.rawValue
        }
        // What is the event's own fault is told of each event once.
        let repeats = outcome.refusesTheEvent ? number > 1 : lastFailure == result
        lastFailure = outcome.isSuccess ? nil : result
        var metadata: Logger.Metadata = [
            "event": "\(delivery.eventID)", "type": "\(delivery.type)", "record": "\(delivery.recordID)",
            "sequence": .stringConvertible(delivery.sequence), "attempt": .stringConvertible(number),
            "result": "\(result)", "milliseconds": .stringConvertible(Int(outcome.duration.microseconds / 1000)),
        ]
        if outcome.refusesTheEvent { metadata["bytes"] = .stringConvertible(bytes) }
        if let detail = outcome.detail { metadata["detail"] = "\(detail)" }
        service.logger.log(
            level: outcome.isSuccess ? .info : repeats ? .debug : .warning,
            outcome.isSuccess ? "delivered" : "not delivered", metadata: metadata)
    }

    /// What this process or machine lacks is told once.
    mutating func logShortage(_ outcome: AttemptOutcome) {
        guard outcome.failure == .shortage, let shortage = outcome.detail else { return }
        guard shortagesTold.insert(shortage).inserted else { return }
        service.logger.error(
            "deliveries wait, and no attempt is counted: \(shortage). They go on by themselves once that has changed")
    }

    mutating func logEndOfShortage() {
        guard !shortagesTold.isEmpty, !gate.isShort else { return }
        shortagesTold = []
        service.logger.notice("deliveries go on: nothing has been lacking for a minute")
    }

    /// The circuit's turns, and the end of trying.
    func logHealth(since before: EndpointHealth) {
        let health = gate.health
        if let disabled = health.disabled, before.disabled == nil {
            return service.logger.error(
                """
                the endpoint is disabled: \(disabled.words). Its queue is kept; once the receiver is well, \
                `insightly-webhooks resume \(service.endpoint.name)` sends it
                """)
        }
        switch (before.circuit, health.circuit) {
        case (.closed, .open(_, let probes)), (.doubtful, .open(_, let probes)), (.probing, .open(_, let probes)),
            (.recovering, .open(_, let probes)):
            let wait = Int(Limits.wait(afterProbes: probes).inSeconds)
            service.logger.warning(
                "the receiver fails: nothing is sent for \(wait) s, and then one event to find out",
                metadata: [
                    "failures": .stringConvertible(health.failures), "result": "\(lastFailure ?? "")",
                ])
        case (.probing, .recovering):
            service.logger.notice("the receiver takes events again")
        default: break
        }
    }
}
