// How far one resource has come, as `status` says it.

import ChangeFeed
import EventStore

extension StatusReport {
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
        /// Records that were read of the list while what is there is learned; how many there are, nobody knows yet.
        package var baselineRead: Int?
        package var lastSweep: String?
        package var sweepUnderWay: Bool
        /// Records that a sweep under way has read of the list, which has about as many as are known.
        package var sweepRead: Int?
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
        /// Whether the configuration leaves the interval to the daemon.
        package var intervalIsAuto: Bool
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
}

extension StatusReport.Resource {
    /// - Parameter opens: when the resource may be asked for again, after a pause of the API or a rest of its own.
    init(
        _ stored: StoreStatus.Resource, cost: CostReport.Resource?, opens: Instant, at now: Instant
    ) {
        let progress = stored.progress
        let interval = cost?.interval
        intervalSeconds = interval?.inSeconds
        intervalIsStretched = cost?.isStretched ?? false
        intervalIsAuto = cost?.wish == .auto
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
        if case .walking(let covered, _) = progress.baseline { baselineRead = covered }
        sweepUnderWay = progress.presence.walk != nil
        sweepRead = progress.presence.walk?.covered
        if case .held(let since, let reason) = progress.presence.hold {
            deletesHeldSince = since.iso8601
            let held = HeldDeletes(records: deletesPending, reason: reason)
            deletesHeld = StatusReport.Deletes(
                records: held.records, awaits: held.awaitsOperator ? .operator : .sample, reason: "\(reason)",
                words: held.words(since: since))
        }
    }

    mutating func forgetForecasts() {
        lagSeconds = nil
        (intervalSeconds, changesPerDay) = (nil, nil)
        (expectedDelayMeanSeconds, expectedDelayWorstSeconds) = (nil, nil)
    }
}
