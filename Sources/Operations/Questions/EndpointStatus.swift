// How one endpoint fares, as `status` says it.

import ChangeFeed
import EventStore

extension StatusReport {
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
}

extension StatusReport.Endpoint {
    init(_ stored: StoreStatus.Endpoint, at now: Instant) {
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
