// What `status` says: the store's state beside the settings, as values that become JSON or lines.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation

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
    }

    package struct Quota: Sendable, Encodable {
        package var usedLast24Hours: Int
        package var usedByPurpose: [String: Int]
        package var allowed: Int?
        /// Of the whole instance, as the API last said.
        package var limit: Int?
        package var remaining: Int?
        package var saidAt: String?
        package var pausedUntil: String?
    }

    package struct Queue: Sendable, Encodable {
        package var open: Int
        package var oldestOpen: String?
        package var deadLetters: Int
        package var lastSequence: Int
        /// `open`, or `held` while the receiver asked for rest.
        package var endpoint: String
        package var heldUntil: String?
    }

    package var store: String
    package var resources: [Resource]
    package var quota: Quota
    package var queue: Queue

    /// - Parameter status: nil where no daemon has used the store yet.
    package init(_ status: StoreStatus?, settings: DaemonSettings, storePath: String, at now: Instant) {
        let intervals = Dictionary(
            settings.polling.resources.map { ($0.name, $0.interval) }, uniquingKeysWith: { first, _ in first })
        store = storePath
        resources = (status?.resources ?? []).map { Resource($0, interval: intervals[$0.name], at: now) }
        quota = Quota(status?.budget ?? .init(), settings: settings, at: now)
        let heldUntil = status?.endpointHeldUntil.flatMap { $0 > now ? $0 : nil }
        queue = Queue(
            open: status?.queue.open ?? 0, oldestOpen: status?.oldestOpen?.iso8601,
            deadLetters: status?.queue.dead ?? 0, lastSequence: status?.lastSequence ?? 0,
            endpoint: heldUntil == nil ? "open" : "held", heldUntil: heldUntil?.iso8601)
    }

    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

extension StatusReport.Resource {
    fileprivate init(_ stored: StoreStatus.Resource, interval: Duration?, at now: Instant) {
        let progress = stored.progress
        resource = stored.name.text
        lastPoll = progress.polledAt?.iso8601
        nextPoll = interval.flatMap { interval in progress.polledAt.map { max($0 + interval, now).iso8601 } }
        cursor = progress.cursor.iso8601
        lagSeconds = progress.polledAt.map { Int(max(.zero, now - $0).inSeconds) }
        hidden = stored.records[.hidden] ?? 0
        unlisted = stored.records[.unlisted] ?? 0
        deleted = stored.records[.deleted] ?? 0
        deletesPending = stored.records[.suspect] ?? 0
        recordsKnown = (stored.records[.listed] ?? 0) + hidden + unlisted + deletesPending
        baselineComplete = progress.baseline == .complete
        lastSweep = progress.presence.sweptAt?.iso8601
        sweepUnderWay = progress.presence.walk != nil
        if case .held(let since) = progress.presence.hold { deletesHeldSince = since.iso8601 }
    }
}

extension StatusReport.Quota {
    fileprivate init(_ memory: RequestBudget.Memory, settings: DaemonSettings, at now: Instant) {
        usedLast24Hours = memory.ledger.used(at: now)
        usedByPurpose = Dictionary(
            uniqueKeysWithValues: RequestPurpose.allCases.map { purpose in
                (purpose.rawValue, memory.ledger.used(at: now) { $0 == purpose })
            })
        limit = memory.observation?.limit
        remaining = memory.observation?.remaining
        saidAt = memory.observation?.observedAt.iso8601
        allowed = settings.api.flatMap { api in
            RequestBudget(api: api, polling: settings.polling, memory: memory, at: now).allowance(at: now)
        }
        pausedUntil = memory.throttledUntil.flatMap { $0 > now ? $0.iso8601 : nil }
    }
}
