// Decides what a record that was just read means, given what is known of it.

/// From which time on a change counts as news: `event.poller.start`.
package enum NewsThreshold: Sendable, Hashable {
    /// Everything is news, every existing record included.
    case beginning
    case since(Instant)
}

/// What a record on a page turned out to be, and so what is to be remembered of it.
package enum Finding: Sendable, Equatable {
    /// The bytes are those last seen: nothing is to be written.
    case unchanged
    /// The bytes are those last seen, of which an earlier version has taken the fingerprint without a key: remember the one
    /// by the key, and nothing else.
    case knownWithoutKey
    /// Other bytes but no event: only spelling, the updated date or ignored fields differ. Remember the fingerprint, and
    /// keep the content as last announced: the next diff then leads from what the receiver was told.
    case seenAgain
    /// The same record as a page shows it, known so far as a GET by its id did: remember the page's form, without an
    /// event, so that later pages are compared with all they hold.
    case seenInPage
    /// What was remembered of it cannot be read, and no new stamp says that anybody changed it: remember it as it is now,
    /// without an event and in its version.
    case learnedAnew
    /// Not news, but known from now on: remember it with version 0, without an event.
    case learned
    /// An event: remember fingerprint and content, with the version one higher.
    case changed(Change)
    /// The same, but the record's stamp did not move. Whether it is told depends on how many changed like it: remember the
    /// fingerprint alone, and keep the change until its reading ends.
    case unstamped(Change)
}

/// The rules of one resource for telling created, updated and unchanged apart.
package struct ChangeDetector: Sendable {
    private let plan: ResourcePlan
    private let newsThreshold: NewsThreshold
    private let baselineIsComplete: Bool
    private let onlyByID: Set<String>?
    private let readUpTo: Instant?
    private let readAt: Instant?
    /// Of a first run: the stamps that a change since the first contact may have; nil: any. What else is stamped after the
    /// threshold was there before, stamped by a clock that runs ahead.
    package var credibleStamps: [ClosedRange<Instant>]?

    /// - Parameters:
    ///   - baselineIsComplete: every record of the resource that existed at the threshold has been learned, so that an
    ///     unknown one must be new to us whatever its dates say.
    ///   - onlyByID: members that only GETs by id were seen to tell; nil where that was never looked at.
    ///   - readUpTo: polls have seen every change that was stamped before.
    ///   - readAt: when the records were read, by the clock that says the earliest time. Where that is not the one that stamps, a
    ///     change waits until its reading ends, and no more.
    package init(
        plan: ResourcePlan, newsThreshold: NewsThreshold, baselineIsComplete: Bool, onlyByID: Set<String>? = nil,
        readUpTo: Instant? = nil, readAt: Instant? = nil
    ) {
        self.plan = plan
        self.newsThreshold = newsThreshold
        self.baselineIsComplete = baselineIsComplete
        self.onlyByID = onlyByID
        self.readUpTo = readUpTo
        self.readAt = readAt
    }

    /// Changes with every saving of a record, whether or not anything else does. Some instances have been seen to send it.
    private static let versionMarks = [IgnoredField("ETag")]

    /// One record of an answer. `content` fetches what is remembered of a known one and is called only where the record
    /// has to be compared with it; `pagesTell` says whether a page of the resource ever told a member, and is called only
    /// where a page is compared with a GET.
    package func examine(
        _ seen: SeenRecord, in answer: AnswerKind, known: KnownSummary?, pagesTell: (String) throws -> Bool,
        content: () throws -> [UInt8]
    ) rethrows -> Finding {
        guard let known else { return findingOfUnknown(seen) }
        if known.presence == .deleted { return .changed(change(.created, seen, restored: true)) }
        if known.fingerprint == seen.fingerprint { return .unchanged }
        if known.fingerprint == Fingerprint(of: seen.record.bytes) { return .knownWithoutKey }

        let remembered = try content()
        // Content that cannot be read was damaged in the store. A change that the record's stamp tells of is real all the
        // same: it is announced without its diff, which also replaces what was damaged.
        guard let announced = try? RawRecord.read(remembered) else {
            return isBehindPolls(seen.record) ? .learnedAnew : .changed(change(.updated, seen))
        }
        let changes = try plan.changes(
            from: announced, in: known.answer, to: seen.record, in: answer, onlyByID: onlyByID, pagesTell: pagesTell)
        if changes.isEmpty, answer == .page, known.answer == .byID { return .seenInPage }
        let ignored = plan.ignoredFields + Self.versionMarks
        let isNews = changes.contains { change in !ignored.contains { $0.covers(change.path) } }
        guard isNews else { return .seenAgain }
        let change = change(.updated, seen, changes: changes)
        return isUnstamped(seen.record, known: known, announced: announced) ? .unstamped(change) : .changed(change)
    }

    /// Whether the record has a stamp, and it is the one it had. A stamp as young as the last poll proves nothing: a second
    /// edit within its second would not move it. One that is still to come was given by a clock that has been set back
    /// since, and an edit after that would have moved it.
    private func isUnstamped(_ record: RawRecord, known: KnownSummary, announced: RawRecord) -> Bool {
        guard let updatedDate = plan.updatedDate, let stamp = record.instant(of: updatedDate) else { return false }
        guard stamp == known.lastStamp ?? announced.instant(of: updatedDate) else { return false }
        if let readAt, stamp > readAt + Limits.stampMargin { return true }
        return readUpTo.map { stamp < $0.wholeSecond - Limits.stampMargin } ?? true
    }

    /// Whether a change with the record's stamp would have been seen by a poll that is over.
    private func isBehindPolls(_ record: RawRecord) -> Bool {
        guard let stamp = plan.updatedDate.flatMap(record.instant), let readUpTo else { return false }
        return stamp < readUpTo.wholeSecond - Limits.stampMargin
    }

    /// The same for a record of a page, of a resource that nobody asks by ids.
    package func examine(
        _ seen: SeenRecord, known: KnownSummary?, content: () throws -> [UInt8]
    ) rethrows -> Finding {
        try examine(seen, in: .page, known: known, pagesTell: { _ in false }, content: content)
    }

    /// A record never seen before: with a threshold, its dates decide.
    ///
    /// One that last changed before the threshold is old: the baseline learns it silently. Once the baseline is
    /// complete it must be new to us all the same, a commit that turned up late.
    private func findingOfUnknown(_ seen: SeenRecord) -> Finding {
        guard case .since(let threshold) = newsThreshold else { return .changed(change(.created, seen)) }
        // Both dates: when the server's clock was set back, a record born since may say it changed before.
        let dates = [plan.stamp(of: seen.record), plan.createdDate.flatMap(seen.record.instant)].compactMap(\.self)
        guard let stamp = dates.max(), stamp.wholeSecond >= threshold.wholeSecond,
            credibleStamps?.contains(where: { $0.contains(stamp.wholeSecond) }) ?? true
        else {
            return baselineIsComplete ? .changed(change(.created, seen)) : .learned
        }
        return .changed(change(kindOfNews(seen, stamp: stamp, since: threshold), seen))
    }

    /// Whether an unknown record that changed since the threshold was created since, or only updated.
    ///
    /// One that was created before had an earlier state that was there to be learned: either it changed before the
    /// baseline came to it, or the baseline missed it when its pages shifted. It must be announced, for a receiver that
    /// starts from the state at the threshold would else never hear of the change; and it is an update whose diff is
    /// unknown. The stamp of a creation is often a second or two later than the created date, hence the tolerance.
    private func kindOfNews(_ seen: SeenRecord, stamp: Instant, since threshold: Instant) -> ChangeKind {
        guard let created = plan.createdDate.flatMap(seen.record.instant) else { return .created }
        if created.wholeSecond >= threshold.wholeSecond { return .created }
        return stamp - created <= plan.createdCheckTolerance ? .created : .updated
    }

    private func change(
        _ kind: ChangeKind, _ seen: SeenRecord, changes: [FieldChange]? = nil, restored: Bool = false
    ) -> Change {
        Change(
            kind: kind, recordID: seen.id, record: seen.record, changedAt: plan.stamp(of: seen.record),
            changes: changes,
            restored: restored)
    }
}

extension ResourcePlan {
    /// What was read in one kind of answer is compared with the other only in what both kinds hold.
    package func changes(
        from old: RawRecord, in oldAnswer: AnswerKind, to new: RawRecord, in newAnswer: AnswerKind,
        onlyByID: Set<String>? = nil, pagesTell: (String) throws -> Bool
    ) rethrows -> [FieldChange] {
        var leftOut: Set<JSONName> = []
        if oldAnswer != newAnswer {
            let (page, byID) = newAnswer == .page ? (new, old) : (old, new)
            leftOut = try TwoAnswers(page: page, byID: byID).incomparable(
                mayBeNew: newAnswer == .byID && !haveSameStamp(old, new), onlyByID: onlyByID, pagesTell: pagesTell)
        }
        return RecordDiff.changes(from: old, to: new, updatedDate: updatedDate?.path, except: leftOut)
    }

    /// Two states between which nobody has saved the record, as far as it says.
    package func haveSameStamp(_ record: RawRecord, _ other: RawRecord) -> Bool {
        updatedDate.flatMap(record.instant) == updatedDate.flatMap(other.instant)
    }

    /// When the record last changed, as far as it says.
    package func stamp(of record: RawRecord) -> Instant? {
        updatedDate.flatMap(record.instant) ?? createdDate.flatMap(record.instant)
    }
}
