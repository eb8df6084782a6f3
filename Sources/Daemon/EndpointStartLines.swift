// What the log says of an endpoint when it starts.

import ChangeFeed
import EventStore
import Logging
import Operations

extension StoredEndpoint {
    static let newTarget =
        "the endpoint has another URL than before: what was known of the old one's health is forgotten"

    /// Says, when the daemon starts, why nothing or little is sent to it.
    func logStart(_ logger: Logger, at now: Instant) {
        if hasNewTarget { logger.notice("\(Self.newTarget)") }
        if let disabled = health.disabled {
            return logger.error(
                """
                the endpoint is disabled since before this start: \(disabled.words). Its queue is kept; once the receiver is \
                well, `insightly-webhooks resume \(name)` sends it
                """)
        }
        if case .open(let until, _) = health.circuit {
            let wait = Int(max(.zero, until - now).inSeconds)
            logger.warning(
                """
                the receiver failed before this start: one event finds out \(wait > 0 ? "in \(wait) s" : "at once") \
                whether it is back; `insightly-webhooks resume \(name)` ends the waiting
                """,
                metadata: ["failures": .stringConvertible(health.failures)])
        }
        if let heldUntil, heldUntil > now {
            logger.notice("the receiver asked for rest before this start: nothing is sent until \(heldUntil.iso8601)")
        }
    }
}
