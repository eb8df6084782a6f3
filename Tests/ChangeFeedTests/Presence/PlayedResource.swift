// A resource of any size behind a watch, told in numbers alone: what an API that is odd in one way leads to in days.

import ChangeFeed
import TestModels

/// Carries out what a watch asks for, and counts it.
struct PlayedResource {
    var watch = PresenceWatch(sweepInterval: .hours(24), searchPage: 500, sweepPage: 500)
    var progress = PresenceProgress()
    private(set) var now = PlayedResource.start
    private(set) var notices: [PresenceNotice] = []
    private(set) var asked: [RequestPurpose: Int] = [:]
    private(set) var looked: [RecordID] = []

    /// What the store knows, and what the API counts.
    var listed: Int
    var total: Int
    var suspects: [RecordID] = []
    /// Found by their ids: known as listed until the list is read again, which lacks them, and then asked for once more.
    private var found: [RecordID] = []
    private(set) var newlyUnlisted: [RecordID] = []
    /// The first record of the list; the second is the witness.
    var firstShown = PlayedResource.witness
    /// An id at the beginning of the list that is not known.
    var stranger: RecordID?
    var sweepStage = SweepStage.complete
    /// What becomes of the requests of a purpose, nil: they are answered.
    var failures: [RequestPurpose: PageProblem.Remedy] = [:]
    var verdict: (RecordID) -> LookupVerdict? = { _ in .gone }
    private var pagesOfSweep = 0

    static let start = Instant(secondsSince1970: 1_764_000_000)
    /// Records that the list shows.
    static let firstWitness = 900_000_000
    static let witness = RecordID(String(firstWitness))

    init(listed: Int, total: Int) {
        self.listed = listed
        self.total = total
        progress.sweptAt = now
    }

    private var tally: PresenceTally {
        PresenceTally(
            listed: listed, suspects: suspects.count, batch: spread(suspects, from: watch.nextBatch),
            rechecks: newlyUnlisted)
    }

    /// A poll a minute, and a fifth of a second a request.
    mutating func play(for duration: Duration) {
        let end = now + duration
        var nextPoll = now
        while now < end {
            if now >= nextPoll {
                watch.pollEnded(at: now, spacing: .zero)
                nextPoll = now + .minutes(1)
            }
            let next = watch.errand(progress, at: now)
            if next.from > now {
                now = max(now + .milliseconds(1), min(next.from, nextPoll))
                continue
            }
            now = now + .milliseconds(200)
            carryOut(next.errand)
        }
    }

    private mutating func carryOut(_ errand: PresenceWatch.Errand) {
        let purpose = LaneWork.errand(errand).purpose
        asked[purpose, default: 0] += 1
        if let remedy = failures[purpose] { return fail(errand, remedy) }
        switch errand {
        case .count:
            let shown = [firstShown] + (0..<7).map { RecordID(String(Self.firstWitness + $0)) }
            let asked = Array(shown.prefix(watch.countTop))
            took(.count(total: total, shown: asked, batch: watch.nextBatch), tally)
        case .search(let skip, let top): search(skip: skip, top: top)
        case .sweep: sweep()
        case .control(let id):
            took(.control(id, verdict(id) ?? .gone), nil)
        case .look(let id):
            looked.append(id)
            guard let verdict = verdict(id) else { return fail(errand, .retry) }
            let step = watch.step(errand, id, verdict, progress)
            keep(step)
            took(step, tally)
        }
    }

    private mutating func keep(_ step: PresenceStep) {
        switch step {
        case .lookup(let id, .present, _), .sample(let id, .present):
            suspects.removeAll { $0 == id }
            listed += 1
            found.append(id)
        case .recheck(let id, let verdict):
            newlyUnlisted.removeAll { $0 == id }
            if verdict == .gone { suspects.append(id) }
        case .lookup(let id, _, _), .sample(let id, .hidden):
            suspects.removeAll { $0 == id }
        default:
            break
        }
    }

    /// The process ends, and another goes on with what the store keeps.
    mutating func restart() {
        watch = PresenceWatch(sweepInterval: .hours(24), searchPage: 500, sweepPage: 500, tally: tally)
    }

    private mutating func unlistFound() -> [RecordID] {
        defer { found = [] }
        newlyUnlisted += found
        listed -= found.count
        return found
    }

    /// An operator releases what is held.
    mutating func release() {
        progress.hold = .released
        watch.released()
    }

    private mutating func fail(_ errand: PresenceWatch.Errand, _ remedy: PageProblem.Remedy) {
        notices += watch.failed(errand, remedy, progress: &progress, at: now, jitter: 0)
    }

    /// Nothing but what was found is missing wherever one looks.
    private mutating func search(skip: Int, top: Int) {
        let unlisted = skip == 0 && top >= total ? unlistFound() : []
        let strangers = skip == 0 ? stranger.map { [$0] } ?? [] : []
        let there = listed + (stranger == nil ? 0 : 1)
        let ids = (skip..<max(skip, min(skip + top, there))).map { RecordID(String($0)) }
        let rank = max(0, skip - (stranger == nil ? 0 : 1))
        took(
            .compare(IDPage(skip: skip, top: top, ids: ids), plausiblyMissing: 50), tally,
            IDComparison(rank: rank, missing: unlisted.count, strangers: strangers, stale: unlisted))
    }

    private mutating func sweep() {
        pagesOfSweep += 1
        if pagesOfSweep * 500 < listed {
            progress.walk = .init(covered: pagesOfSweep * 500)
            return took(.sweep([Self.witness], .underWay), nil, IDComparison())
        }
        pagesOfSweep = 0
        progress.walk = nil
        progress.sweptAt = now
        let unlisted = unlistFound()
        took(.sweep([Self.witness], sweepStage), tally, IDComparison(missing: unlisted.count))
    }

    private mutating func took(
        _ step: PresenceStep, _ tally: PresenceTally?, _ comparison: IDComparison? = nil
    ) {
        let finding = PresenceFinding(tally: tally, comparison: comparison)
        notices += watch.took(step, finding, progress: &progress, at: now)
    }
}
