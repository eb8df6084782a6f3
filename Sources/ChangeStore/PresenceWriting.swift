// The part of a page's transaction that concerns presence: what was counted, compared, swept, or asked for by its id.

import ChangeFeed
import GRDB

extension PageWriter {
    /// Carries the page's presence step out, and marks what was seen while a sweep is under way.
    mutating func writePresence() throws {
        let progress = page.progress.presence
        if case .sweep(let ids, let stage)? = page.presence {
            try writeSweep(ids, stage)
        } else if progress.walk != nil {
            for seen in page.records { try markSwept(seen.id) }
        }
        switch page.presence {
        case .count(_, _, let batch):
            var tally = try tally(batch: batch)
            tally.rechecks = try db.newlyUnlisted(ofResource: resource)
            summary.presence = PresenceFinding(tally: tally)
        case .compare(let ids, let plausiblyMissing):
            if progress.walk != nil { for id in ids.ids { try markSwept(id) } }
            let comparison = try compare(ids, plausiblyMissing: plausiblyMissing)
            summary.presence = PresenceFinding(tally: try tally(batch: 0), comparison: comparison)
        case .lookup(let id, let verdict, let refill):
            if verdict == .gone { try delete(id) }
            if verdict == .hidden { try hide(id) }
            summary.presence = PresenceFinding(tally: try refill.map(tally))
        case .sample(let id, let verdict):
            if verdict == .hidden { try hide(id) }
            summary.presence = PresenceFinding(tally: try tally(batch: 0))
        case .recheck(let id, let verdict):
            try recheck(id, verdict)
            summary.presence = PresenceFinding(tally: verdict == .gone ? try tally(batch: 0) : nil)
        case .control(_, let verdict):
            var finding = PresenceFinding()
            if case .present(let seen) = verdict { finding.onlyByID = try found(seen) }
            summary.presence = finding
        case .stranger:
            summary.presence = PresenceFinding()
        case .sweep, nil:
            break
        }
    }

    func set(_ presence: Presence, of id: RecordID) throws {
        try db.cachedStatement(sql: "UPDATE known_record SET presence = ? WHERE resource_id = ? AND record_id = ?")
            .execute(arguments: [presence.stored, resource, id])
    }

    /// A list lacked it, and it is there all the same. Until a list has shown it again, that is how it is.
    func noteFound(_ id: RecordID) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO newly_unlisted (resource_id, record_id) VALUES (?, ?)")
            .execute(arguments: [resource, id])
    }

    /// The record is gone for good: its last known state is told once more.
    private mutating func delete(_ id: RecordID) throws {
        guard let known = try records.summaryOfKnown(id), !known.presence.isOver else { return }
        // What was damaged in the store cannot be told; that the record is gone can.
        let record = try (try? RawRecord.read(records.content(of: id))) ?? RawRecord.read(Array("{}".utf8))
        let version = known.version + 1
        try db.cachedStatement(
            sql: "UPDATE known_record SET presence = ?, version = ? WHERE resource_id = ? AND record_id = ?"
        ).execute(arguments: [Presence.deleted.stored, version, resource, id])
        summary.deleted += 1
        try records.forgetUnstamped(id)
        try records.announce(Change(kind: .deleted, recordID: id, record: record, changedAt: nil), version: version)
    }

    /// A record was found by its id that the list has just shown.
    ///
    /// - Returns: the members that the GET tells and the page of the same moment did not; nil: there was no such page.
    private func found(_ seen: SeenRecord) throws -> [String]? {
        guard let known = try records.summaryOfKnown(seen.id), known.presence != .deleted else { return nil }
        let presence = page.sighting.presence(after: known.presence)
        if presence != known.presence { try set(presence, of: seen.id) }
        guard known.answer == .page, let told = try? RawRecord.read(records.content(of: seen.id)),
            page.plan.haveSameStamp(told, seen.record)
        else { return nil }
        return TwoAnswers(page: told, byID: seen.record).toldByIDAlone
    }

    /// Only what no list tells of: a list that holds a record is believed before a GET.
    private func recheck(_ id: RecordID, _ verdict: LookupVerdict) throws {
        try forgetFound(id)
        guard let presence = try records.summaryOfKnown(id)?.presence, [.hidden, .unlisted].contains(presence) else {
            return
        }
        if verdict == .gone, try !db.awaitsDismissal(ofResource: resource) { try set(.suspect, of: id) }
        if verdict == .hidden { try set(.hidden, of: id) }
    }

    private func hide(_ id: RecordID) throws {
        guard let known = try records.summaryOfKnown(id), !known.presence.isOver else { return }
        try set(.hidden, of: id)
    }
}

// MARK: - Comparing and sweeping

extension PageWriter {
    /// What of the listed records a page of the list lacks becomes suspect, and what it holds is listed.
    private func compare(_ page: IDPage, plausiblyMissing: Int) throws -> IDComparison {
        guard page.isOrdered else { return IDComparison() }
        var comparison = IDComparison()
        if let first = page.ids.first {
            comparison.rank = try count("presence = 0 AND record_id < ?", [first])
        }
        let (first, last) = (page.reachesStart ? nil : page.ids.first, page.reachesEnd ? nil : page.ids.last)
        let there = try countListed(from: first, to: last)
        guard there <= page.ids.count + plausiblyMissing, !page.ids.isEmpty || page.reachesStart else {
            comparison.missing = max(0, there - page.ids.count)
            return comparison
        }
        try forgetFound(page.ids)
        comparison.stale = try unlistFound(from: first, to: last, except: page.ids)
        comparison.missing = try suspectListed(from: first, to: last, except: page.ids) + comparison.stale.count
        try relist(page.ids, into: &comparison)
        return comparison
    }

    private func relist(_ ids: [RecordID], into comparison: inout IDComparison) throws {
        for id in ids {
            switch try presence(of: id) {
            case nil, .deleted?:
                comparison.strangers.append(id)
            case .listed?:
                break
            case .suspect?:
                comparison.returned += 1
                try set(.listed, of: id)
            case .hidden?, .unlisted?, .dismissed?:
                comparison.returned += 1
                comparison.stale.append(id)
                try set(.listed, of: id)
            }
        }
    }

    private mutating func writeSweep(_ ids: [RecordID], _ stage: SweepStage) throws {
        for id in ids { try markSwept(id) }
        try forgetFound(ids)
        var comparison = IDComparison(returned: returned + summary.created)
        // A page that was read whole has been written; of one that was read for its ids, these are all there is.
        if page.records.isEmpty { try relist(ids, into: &comparison) }
        guard stage != .underWay else {
            summary.presence = PresenceFinding(tally: nil, comparison: comparison)
            return
        }
        if stage == .complete { comparison.missing = try suspectWhatWasNotSwept() }
        var tally = try tally(batch: 0)
        tally.rechecks = try rechecks()
        summary.presence = PresenceFinding(tally: tally, comparison: comparison)
    }

    private func markSwept(_ id: RecordID) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO swept_record (resource_id, sweep, record_id) VALUES (?, ?, ?)"
        ).execute(arguments: [resource, page.progress.presence.sweeps, id])
    }

    private func suspectWhatWasNotSwept() throws -> Int {
        if try db.awaitsDismissal(ofResource: resource) { return 0 }
        // What was found before is unlisted, and asked for once more with all that are.
        try db.execute(
            sql: """
                UPDATE known_record SET presence = iif(EXISTS (
                    SELECT 1 FROM newly_unlisted AS found WHERE found.resource_id = ?1
                        AND found.record_id = known_record.record_id), 3, 1)
                WHERE resource_id = ?1 AND presence = 0 AND NOT EXISTS (
                    SELECT 1 FROM swept_record WHERE resource_id = ?1 AND sweep = ?2
                        AND record_id = known_record.record_id)
                """,
            arguments: [resource, page.progress.presence.sweeps])
        return db.changesCount
    }

    /// Records that no list tells of any more; where they are many, others with every sweep.
    private func rechecks() throws -> [RecordID] {
        let all = try count("presence IN (2, 3)", [])
        guard all > 0 else { return [] }
        let most = Limits.lookupsAtOnce
        let offset = all <= most ? 0 : page.progress.presence.sweeps * most % all
        return try RecordID.fetchAll(
            db,
            sql: """
                SELECT record_id FROM known_record WHERE resource_id = ? AND presence IN (2, 3)
                ORDER BY record_id LIMIT ? OFFSET ?
                """,
            arguments: [resource, most, offset])
    }
}

// MARK: - Counting

extension PageWriter {
    private func tally(batch: Int) throws -> PresenceTally { try db.presenceTally(ofResource: resource, batch: batch) }

    private func count(_ condition: String, _ arguments: [RecordID]) throws -> Int {
        try db.countKnown(condition, ofResource: resource, arguments)
    }

    private func presence(of id: RecordID) throws -> Presence? {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT presence FROM known_record WHERE resource_id = ? AND record_id = ?"),
            arguments: [resource, id]
        ).map { try Presence(code: $0, of: id, resource: resource) }
    }

    /// The listed records between two ids, both included, that are none of these become suspects.
    private func suspectListed(from first: RecordID?, to last: RecordID?, except ids: [RecordID]) throws -> Int {
        if try db.awaitsDismissal(ofResource: resource) { return 0 }
        let (condition, arguments) = span(from: first, to: last)
        let marks = ids.map { _ in "?" }.joined(separator: ",")
        try db.execute(
            sql: """
                UPDATE known_record SET presence = 1
                WHERE resource_id = ? AND \(condition) AND record_id NOT IN (\(marks))
                """,
            arguments: StatementArguments([resource]) + StatementArguments(arguments) + StatementArguments(ids))
        return db.changesCount
    }

    /// Listed records of the same, that were found by their ids since they were missing: they are missing again.
    private func unlistFound(
        from first: RecordID?, to last: RecordID?, except ids: [RecordID]
    ) throws -> [RecordID] {
        guard try db.hasFound(ofResource: resource), try !db.awaitsDismissal(ofResource: resource) else { return [] }
        let (condition, arguments) = span(from: first, to: last)
        let marks = ids.map { _ in "?" }.joined(separator: ",")
        return try RecordID.fetchAll(
            db,
            sql: """
                UPDATE known_record SET presence = 3
                WHERE resource_id = ? AND \(condition) AND record_id NOT IN (\(marks)) AND record_id IN (
                    SELECT record_id FROM newly_unlisted WHERE resource_id = ?)
                RETURNING record_id
                """,
            arguments: StatementArguments([resource]) + StatementArguments(arguments) + StatementArguments(ids)
                + StatementArguments([resource]))
    }

    /// A list has shown these.
    private func forgetFound(_ ids: [RecordID]) throws {
        guard try db.hasFound(ofResource: resource) else { return }
        for id in ids { try forgetFound(id) }
    }

    private func forgetFound(_ id: RecordID) throws {
        try db.cachedStatement(sql: "DELETE FROM newly_unlisted WHERE resource_id = ? AND record_id = ?")
            .execute(arguments: [resource, id])
    }

    private func countListed(from first: RecordID?, to last: RecordID?) throws -> Int {
        let (condition, arguments) = span(from: first, to: last)
        return try count(condition, arguments)
    }

    private func span(from first: RecordID?, to last: RecordID?) -> (condition: String, arguments: [RecordID]) {
        let from = first.map { _ in " AND record_id >= ?" } ?? ""
        let to = last.map { _ in " AND record_id <= ?" } ?? ""
        return ("presence = 0" + from + to, [first, last].compactMap(\.self))
    }
}
