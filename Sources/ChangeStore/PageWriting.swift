// The verb of detection: a page is compared with the known records and written, with its events, in one transaction.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Compares a page with the known records, and writes known records, events, deliveries, progress and what is known
    /// of the quota together.
    ///
    /// - Parameters:
    ///   - endpoints: who gets the events, as far as their rules admit them.
    ///   - detectedAt: what receivers are told, by the wall clock.
    ///   - now: from when on the events are due, by the clock that deliveries go by.
    package func commit(
        _ page: PageCommit, of account: StoredAccount, to endpoints: [StoredEndpoint], detectedAt: Instant,
        at now: Instant
    ) throws -> CommitSummary {
        try pool.write { db in
            try db.write(page.budget, of: account)
            let (resource, eventName) = try db.writeProgress(page.progress, of: page.plan, account: account)
            if let pace = page.pace.map(StoredPace.text) {
                try db.cachedStatement(sql: "UPDATE resource SET pace = ? WHERE id = ?").execute(
                    arguments: [pace, resource])
            }
            let packing = RecordPacking(
                db: db, packing: packing, plan: page.plan, resource: resource, fresh: page.records)
            let records = RecordWriter(
                db: db, account: account, plan: page.plan, resource: resource, packing: packing, eventName: eventName,
                endpoints: endpoints, claims: claims, detectedAt: detectedAt, now: now)
            var writer = try PageWriter(db: db, page: page, resource: resource, records: records)
            for seen in page.records { try writer.write(seen) }
            try writer.writePresence()
            try writer.endReadings()
            return writer.summary
        }
    }
}

extension Database {
    /// The resource's number in the store, and its name in the ids of events.
    fileprivate func writeProgress(
        _ progress: ResourceProgress, of plan: ResourcePlan, account: StoredAccount
    ) throws -> (id: Int64, eventName: ResourceName) {
        var newsSince: Instant?
        if case .since(let instant) = progress.newsThreshold { newsSince = instant }
        var covered: Int?
        var last: RecordID?
        let presence = progress.presence
        let hold = StoredHold(presence.hold)
        if case .walking(let walkedTo, let lastRead) = progress.baseline { (covered, last) = (walkedTo, lastRead) }
        try cachedStatement(
            sql: """
                INSERT INTO resource (account_id, name, news_since, cursor, polled_at, baseline_covered, baseline_last,
                    sweeps, sweep_covered, sweep_last, swept_at, count_bias, deletes_held_since, deletes_hold,
                    deletes_sample, baseline_is_partial, first_contact_own, first_contact_server)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account_id, name) DO UPDATE SET
                    news_since = excluded.news_since, cursor = excluded.cursor, polled_at = excluded.polled_at,
                    baseline_covered = excluded.baseline_covered, baseline_last = excluded.baseline_last,
                    sweeps = excluded.sweeps, sweep_covered = excluded.sweep_covered,
                    sweep_last = excluded.sweep_last, swept_at = excluded.swept_at,
                    count_bias = excluded.count_bias, deletes_held_since = excluded.deletes_held_since,
                    deletes_hold = excluded.deletes_hold, deletes_sample = excluded.deletes_sample,
                    baseline_is_partial = excluded.baseline_is_partial,
                    first_contact_own = excluded.first_contact_own,
                    first_contact_server = excluded.first_contact_server
                """
        ).execute(
            arguments: [
                account.id, plan.name.text, newsSince, progress.cursor, progress.polledAt, covered, last,
                presence.sweeps,
                presence.walk?.covered, presence.walk?.last, presence.sweptAt, presence.bias,
                presence.hold.heldSince, hold?.word.stored, hold?.sample, progress.baseline == .partial,
                progress.firstContact?.own, progress.firstContact?.server,
            ])
        let row = try Row.fetchOne(
            cachedStatement(sql: "SELECT id, event_name FROM resource WHERE account_id = ? AND name = ?"),
            arguments: [account.id, plan.name.text])
        guard let row else { throw DatabaseError(message: "resource \(plan.name) was not stored") }
        let id: Int64 = row["id"]
        if let eventName = row["event_name"] as String? { return (id, ResourceName(eventName)) }
        return (id, try introduce(id, plan, account: account))
    }

    /// Keeps what a resource is that is met for the first time.
    private func introduce(_ id: Int64, _ plan: ResourcePlan, account: StoredAccount) throws -> ResourceName {
        let eventName = try eventName(of: plan, besides: id, account: account)
        try execute(
            sql: "UPDATE resource SET event_name = ?, object = ?, id_field = ? WHERE id = ?",
            arguments: [eventName, plan.source.object, plan.source.idField, id])
        return ResourceName(eventName)
    }
}

extension Finding {
    /// Whether it was made without what was known, for that could not be read.
    fileprivate func replacesWhatWasUnreadable(over known: KnownSummary) -> Bool {
        switch self {
        case .learnedAnew: true
        case .changed(let change): change.changes == nil && known.presence != .deleted
        case .unchanged, .knownWithoutKey, .seenAgain, .seenInPage, .learned, .unstamped: false
        }
    }
}

/// Writes the records of one page within one transaction.
struct PageWriter {
    let db: Database
    let page: PageCommit
    let resource: Int64
    let records: RecordWriter
    private var known: KnownSummaries
    var summary = CommitSummary()
    /// Records of the page that were known as hidden, unlisted or suspect, and are listed after all.
    var returned = 0

    init(db: Database, page: PageCommit, resource: Int64, records: RecordWriter) throws {
        self.db = db
        self.page = page
        self.resource = resource
        self.records = records
        known = try KnownSummaries(of: page.records.map(\.id), records)
    }

    mutating func write(_ seen: SeenRecord) throws {
        summary.records += 1
        let known = try self.known.take(seen.id) ?? records.summaryOfKnown(seen.id)
        let presence = page.sighting.presence(after: known?.presence)
        if presence == .listed, let known, known.presence != .listed, known.presence != .deleted { returned += 1 }
        if page.sighting.findsSuspects, known?.presence == .suspect { try noteFound(seen.id) }
        let finding = try page.detector.examine(
            seen, in: page.sighting.answer, known: known, pagesTell: { try records.pagesTell($0) }
        ) {
            try records.content(of: seen.id)
        }
        if let known, finding.replacesWhatWasUnreadable(over: known) { summary.relearned.append(seen.id) }
        switch finding {
        case .unchanged, .knownWithoutKey:
            summary.unchanged += 1
            if finding == .knownWithoutKey { try records.noteFingerprint(seen.fingerprint, of: seen.id) }
            if known?.presence != presence { try set(presence, of: seen.id) }
            if let known, try records.relearnsWhatIsLost(seen, over: known, presence: presence) {
                summary.relearned.append(seen.id)
            }
        case .seenAgain:
            summary.unchanged += 1
            if known?.presence != presence { try set(presence, of: seen.id) }
            try records.sawAgain(seen, in: page.sighting.answer, over: known)
        case .seenInPage:
            summary.unchanged += 1
            try remember(seen, over: known, version: known?.version ?? 0, presence: presence)
        case .learnedAnew:
            summary.learned += 1
            try remember(seen, over: known, version: known?.version ?? 0, presence: presence)
        case .learned:
            summary.learned += 1
            try remember(seen, over: known, version: 0, presence: presence)
        case .changed(let change):
            if change.kind == .created { summary.created += 1 } else { summary.updated += 1 }
            try records.tell(change, seen, in: page.sighting.answer, over: known, presence: presence)
        case .unstamped(let change):
            try write(unstamped: change, seen, over: known, presence: presence)
        }
    }

    private func remember(_ seen: SeenRecord, over known: KnownSummary?, version: Int, presence: Presence) throws {
        try records.remember(
            seen, in: page.sighting.answer, over: known, version: version, presence: presence)
    }

    /// What a page shows waits for the end of its reading. What was asked for by its id waits where a page has shown it
    /// before, and is told else.
    private mutating func write(
        unstamped change: Change, _ seen: SeenRecord, over known: KnownSummary?, presence: Presence
    ) throws {
        if let reading = page.reading {
            summary.unchanged += 1
            if known?.presence != presence { try set(presence, of: seen.id) }
            try records.keep(unstamped: change, seen, of: reading, exceptIn: page.plan.ignoredFields)
        } else if try page.sighting.answer == .byID && records.hasUnstamped(seen.id) {
            summary.unchanged += 1
            if known?.presence != presence { try set(presence, of: seen.id) }
        } else {
            summary.updated += 1
            try records.tell(change, seen, in: page.sighting.answer, over: known, presence: presence)
        }
    }

    /// The last page of a reading: what changed without a stamp is told now, or held.
    fileprivate mutating func endReadings() throws {
        guard !page.endedReadings.isEmpty else { return }
        for reading in page.endedReadings {
            if let held = try records.judgeUnstamped(foundBy: reading) { summary.held = held }
        }
        summary.updated += try records.settleUnstamped(limit: Limits.unstampedSettledAtOnce).told
    }
}
