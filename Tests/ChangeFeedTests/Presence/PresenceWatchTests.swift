import ChangeFeed
import Testing

/// A watch with its progress, told what the API and the store would say.
private struct Watched {
    var watch: PresenceWatch
    var progress = PresenceProgress()
    var now = Instant(secondsSince1970: 1_764_000_000)
    var notices: [PresenceNotice] = []

    init(pageSize: Int = 500, sweepInterval: Duration = .hours(24)) {
        watch = PresenceWatch(sweepInterval: sweepInterval, searchPage: pageSize, sweepPage: pageSize)
        progress.sweptAt = now
    }

    var errand: PresenceWatch.Errand? {
        let next = watch.errand(progress, at: now)
        return next.from <= now ? next.errand : nil
    }

    mutating func took(_ step: PresenceStep, _ tally: PresenceTally?, _ comparison: IDComparison? = nil) {
        let finding = PresenceFinding(tally: tally, comparison: comparison)
        notices += watch.took(step, finding, progress: &progress, at: now)
    }

    /// A poll ended, and a count of the list finds `total` where `listed` are known.
    mutating func count(_ total: Int, listed: Int, suspects: [RecordID] = [], rechecks: [RecordID] = []) {
        now = now + Limits.countSpacing
        watch.pollEnded(at: now, spacing: .zero)
        #expect(errand == .count)
        var tally = tally(listed, suspects)
        tally.rechecks = rechecks
        took(.count(total: total, shown: [RecordID("9")], batch: 0), tally)
        confirm()
    }

    /// A GET finds what the list has just shown.
    mutating func confirm() {
        let record = try! RawRecord.read(Array(#"{"CONTACT_ID":9}"#.utf8))
        let seen = SeenRecord(record, idField: FieldPath("CONTACT_ID"))!
        took(.control(seen.id, .present(seen)), nil)
    }

    func tally(_ listed: Int, _ suspects: [RecordID] = []) -> PresenceTally {
        PresenceTally(listed: listed, suspects: suspects.count, batch: Array(suspects.prefix(Limits.suspectsAtOnce)))
    }

    /// The answer to a record that was asked for; what is left of the suspects is told by `rest`.
    mutating func look(_ id: RecordID, _ verdict: LookupVerdict, listed: Int, rest: [RecordID]) -> PresenceStep {
        let step = watch.step(.look(id), id, verdict, progress)
        took(step, tally(listed, rest))
        return step
    }
}

@Suite("PresenceWatch")
struct PresenceWatchTests {
    private func ids(_ range: ClosedRange<Int>) -> [RecordID] { range.map { RecordID(String($0)) } }

    private let there: LookupVerdict = {
        let record = try! RawRecord.read(Array(#"{"CONTACT_ID":1}"#.utf8))
        return .present(SeenRecord(record, idField: FieldPath("CONTACT_ID"))!)
    }()

    @Test("A count that agrees leads to nothing, until the next sweep is due")
    func balanced() {
        var watched = Watched()
        watched.count(1_000, listed: 1_000)
        #expect(watched.errand == nil)
        watched.now = watched.now + .hours(18)
        #expect(watched.errand == .sweep)
    }

    @Test("One too few is searched for, and asked for by its id")
    func deletion() {
        var watched = Watched()
        watched.count(299, listed: 300)
        #expect(watched.errand == .search(skip: 0, top: 300))
        let page = IDPage(skip: 0, top: 300, ids: ids(2...300))
        watched.took(
            .compare(page, plausiblyMissing: 21), watched.tally(299, ids(1...1)), IDComparison(rank: 0, missing: 1))
        #expect(watched.errand == .look(RecordID("1")))
        let step = watched.look(RecordID("1"), .gone, listed: 299, rest: [])
        #expect(step == .lookup(RecordID("1"), .gone, refill: 2))
        watched.count(299, listed: 299)
        #expect(watched.errand == nil)
    }

    @Test("One too many is a record created since the poll, unless it stays")
    func surplus() {
        var watched = Watched()
        watched.count(301, listed: 300)
        #expect(watched.errand == nil)
        watched.count(301, listed: 301)
        #expect(watched.errand == nil)
        watched.count(302, listed: 301)
        watched.count(302, listed: 301)
        #expect(watched.errand == .search(skip: 0, top: 303))
        let page = IDPage(skip: 0, top: 303, ids: ids(1...302))
        watched.took(
            .compare(page, plausiblyMissing: 20), watched.tally(301), IDComparison(strangers: ids(77...77)))
        #expect(watched.errand == .look(RecordID("77")))
        watched.took(.count(total: 302, shown: [], batch: 0), watched.tally(301))
        #expect(watched.errand == .look(RecordID("77")), "the one that is about to be fetched explains the difference")
    }

    @Test("A search that finds nothing is followed by sweeps, and they by the truth about the count")
    func bias() {
        var watched = Watched()
        watched.count(290, listed: 300)
        _ = watched.errand
        let page = IDPage(skip: 0, top: 292, ids: ids(1...290))
        watched.took(.compare(page, plausiblyMissing: 30), watched.tally(300), IDComparison())
        while case .search(let skip, let top)? = watched.errand {
            let part = IDPage(skip: skip, top: top, ids: Array(ids(1...300).dropFirst(skip).prefix(top)))
            watched.took(.compare(part, plausiblyMissing: 30), watched.tally(300), IDComparison(rank: skip))
        }
        watched.count(290, listed: 300)
        #expect(watched.errand == .sweep)
        for _ in 0..<Limits.sweepsBeforeBias {
            #expect(watched.errand == .sweep)
            watched.took(.sweep(ids(1...300), .complete), watched.tally(300), IDComparison())
            #expect(watched.notices.isEmpty, "what was deleted during the sweep is not to be taken for a wrong count")
            watched.count(290, listed: 300)
        }
        #expect(watched.notices == [.countDiffers(by: 10)])
        #expect(watched.progress.bias == 10)
        watched.count(290, listed: 300)
        #expect(watched.errand == nil)
        watched.count(289, listed: 300)
        #expect(watched.errand == .search(skip: 0, top: 300))
    }

    @Test("A sweep that had begun before the difference was seen is followed by another")
    func sweepUnderWay() {
        var watched = Watched(pageSize: 10)
        watched.progress.walk = .init(covered: 500, last: RecordID("500"))
        watched.count(500, listed: 1_000)
        #expect(watched.errand == .sweep)
        watched.progress.walk = nil
        watched.took(.sweep(ids(990...1_000), .complete), watched.tally(1_000), IDComparison())
        #expect(watched.errand == .sweep)
        watched.took(.sweep(ids(1...500), .complete), watched.tally(1_000), IDComparison())
        #expect(watched.errand == nil)
    }

    @Test("A large part that seems gone is held until a sample is confirmed to the last record")
    func massConfirmed() {
        var watched = Watched()
        let gone = ids(1...60)
        watched.count(140, listed: 140, suspects: gone)
        #expect(watched.notices == [.massAbsence(suspects: 60, of: 200)])
        for _ in 0..<Limits.suspectsAtOnce {
            guard case .look(let id)? = watched.errand else {
                Issue.record("nothing is asked for")
                return
            }
            #expect(watched.look(id, .gone, listed: 140, rest: gone) == .sample(id, .gone))
        }
        #expect(watched.notices.last == .massAbsenceConfirmed(suspects: 60))
        #expect(watched.errand == .look(gone[0]))
        #expect(
            watched.look(gone[0], .gone, listed: 140, rest: Array(gone.dropFirst()))
                == .lookup(gone[0], .gone, refill: nil))
    }

    @Test("A sample with a record that still exists holds the deletes, until they are released")
    func massHeld() {
        var watched = Watched()
        let gone = ids(1...60)
        watched.count(140, listed: 140, suspects: gone)
        for place in 0..<Limits.suspectsAtOnce {
            guard case .look(let id)? = watched.errand else {
                Issue.record("nothing is asked for")
                return
            }
            _ = watched.look(id, place == 3 ? .hidden : .gone, listed: 140, rest: gone)
        }
        let reason = HeldDeletes.Reason.sampled(AbsenceSample(gone: 19, existing: 1))
        #expect(watched.notices.last == .massAbsenceHeld(HeldDeletes(records: 60, reason: reason)))
        #expect(watched.progress.hold == .held(since: watched.now, reason))
        #expect(watched.errand == .count, "so that the store learns of it")
        watched.count(140, listed: 140, suspects: gone)
        #expect(watched.errand == nil)
        var later = watched
        later.now = later.now + Limits.sampleAgain
        later.confirm()
        #expect(later.errand == .look(gone[0]), "another sample")
        watched.progress.hold = .released
        #expect(
            watched.look(gone[0], .gone, listed: 140, rest: Array(gone.dropFirst()))
                == .lookup(gone[0], .gone, refill: nil))
    }

    @Test("A hold ends when the records are listed again")
    func massOver() {
        var watched = Watched()
        watched.progress.hold = .held(since: watched.now, .awaitsSample)
        watched.count(200, listed: 200)
        #expect(watched.progress.hold == .none)
        #expect(watched.notices == [.massAbsenceOver(left: 0)])
    }

    @Test("One that is found by its id is asked for once more where the list lacks it again: it may have gone since")
    func cameAndWent() {
        var watched = Watched()
        let one = RecordID("1")
        watched.count(299, listed: 299, suspects: [one])
        #expect(watched.errand == .look(one))
        #expect(watched.look(one, there, listed: 300, rest: []) == .lookup(one, there, refill: 1))
        watched.count(299, listed: 300)
        #expect(watched.errand == .search(skip: 0, top: 300))
        let page = IDPage(skip: 0, top: 300, ids: ids(2...300))
        let missing = IDComparison(rank: 1, missing: 1, stale: [one])
        watched.took(.compare(page, plausiblyMissing: 21), watched.tally(299), missing)
        #expect(watched.errand == .look(one))
        #expect(watched.watch.step(.look(one), one, .gone, watched.progress) == .recheck(one, .gone))
        watched.took(.recheck(one, .gone), watched.tally(299, [one]))
        #expect(watched.errand == .look(one))
        guard case .lookup(one, .gone, _) = watched.look(one, .gone, listed: 299, rest: []) else {
            Issue.record("its delete is not told")
            return
        }
    }

    @Test("What a process before this one left to be asked for once more is asked for after a count")
    func rechecked() {
        var watched = Watched()
        watched.count(299, listed: 299, rechecks: ids(1...1))
        #expect(watched.errand == .look(RecordID("1")))
    }

    @Test("A record that the API always fails for holds no other up")
    func poisoned() {
        var watched = Watched()
        watched.count(298, listed: 298, suspects: ids(1...2))
        var asked: [RecordID] = []
        for _ in 0..<4 {
            watched.now = watched.now + .seconds(30)
            watched.confirm()
            guard case .look(let id)? = watched.errand else { break }
            asked.append(id)
            var progress = watched.progress
            _ = watched.watch.failed(.look(id), .retry, progress: &progress, at: watched.now, jitter: 0)
        }
        #expect(asked.map(\.text) == ["1", "2", "1", "2"])
    }

    @Test("Where lists cannot be counted, that is said once, and sweeps go on")
    func noCount() {
        var watched = Watched()
        watched.watch.pollEnded(at: watched.now, spacing: .zero)
        let said = (0..<4).map { _ in watched.watch.hasNoCount() }
        #expect(said == [nil, nil, .noCount, nil])
        watched.watch.pollEnded(at: watched.now, spacing: .zero)
        #expect(watched.errand == nil)
        watched.now = watched.now + .hours(24)
        #expect(watched.errand == .sweep)
    }

    @Test("A stranger may serve as the control, and is a stranger still: it is asked for, and told, by itself")
    func controlledStranger() {
        var watched = Watched()
        let (nine, gone) = (RecordID("9"), RecordID("7"))
        // The list shows one unknown record, and lacks a known one.
        let page = IDPage(skip: 0, top: 500, ids: [nine])
        watched.took(
            .compare(page, plausiblyMissing: 20), PresenceTally(listed: 0, suspects: 1, batch: [gone]),
            IDComparison(rank: 1, missing: 1, strangers: [nine]))
        #expect(watched.errand == .look(nine))
        _ = watched.watch.failed(.look(nine), .retry, progress: &watched.progress, at: watched.now, jitter: 0)
        watched.now = watched.now + .seconds(30)
        #expect(watched.errand == .control(nine))
        watched.confirm()
        #expect(watched.errand == .look(gone))
        watched.took(.lookup(gone, .gone, refill: 0), PresenceTally(listed: 1))
        watched.now = watched.now + .minutes(5)
        #expect(watched.errand == .look(nine))
    }

    @Test("A sweep takes its time, a quarter of its interval at most")
    func sweepPace() {
        var watched = Watched(pageSize: 500, sweepInterval: .hours(24))
        watched.now = watched.now + .hours(18)
        var pages = 0
        let start = watched.now
        watched.progress.walk = .init(covered: 500)
        for page in 0..<2_000 {
            while watched.errand == nil { watched.now = watched.now + .milliseconds(50) }
            #expect(watched.errand == .sweep)
            pages += 1
            watched.took(
                .sweep([RecordID(String(page))], .underWay), page == 0 ? watched.tally(1_000_000) : nil, IDComparison())
        }
        #expect(pages == 2_000)
        #expect(watched.now - start > .hours(4))
        #expect(watched.now - start <= .hours(6))
    }
}
