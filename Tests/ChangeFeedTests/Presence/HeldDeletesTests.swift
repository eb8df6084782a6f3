// From a mass absence to its end: what is held, why, and what the operator is told of it, once.

import ChangeFeed
import Testing

@Suite("Deletes that are held")
struct HeldDeletesTests {
    private func ids(_ range: ClosedRange<Int>) -> [RecordID] { range.map { RecordID(String($0)) } }

    private static let there: LookupVerdict = {
        let record = try! RawRecord.read(Array(#"{"CONTACT_ID":900000000}"#.utf8))
        return .present(SeenRecord(record, idField: FieldPath("CONTACT_ID"))!)
    }()

    /// So many of 300 are gone from the list at once; a GET finds what the list shows, and these as told.
    private func vanished(_ count: Int, _ verdict: @escaping (Int) -> LookupVerdict?) -> PlayedResource {
        var played = PlayedResource(listed: 300 - count, total: 300 - count)
        played.suspects = ids(1...count)
        played.verdict = { id in
            let number = Int(id.text)!
            return number >= PlayedResource.firstWitness ? Self.there : verdict(number)
        }
        return played
    }

    private func held(_ records: Int, _ reason: HeldDeletes.Reason) -> PresenceNotice {
        .massAbsenceHeld(HeldDeletes(records: records, reason: reason))
    }

    @Test("Forty that exist in no list are held once, which ends by itself, and each truth is told once")
    func unlisted() {
        var played = vanished(40) { _ in Self.there }
        played.play(for: .hours(2))
        #expect(played.notices == [.massAbsence(suspects: 40, of: 300), .massAbsenceOver(left: 20)])
        #expect(played.suspects.isEmpty && played.newlyUnlisted.isEmpty && played.listed == 260)
        #expect(played.looked.count == 80, "each as a suspect, and once more when the list lacked it again")
    }

    @Test("Between the two times that it is asked for, a restart brings no suspect back")
    func restartedBetween() {
        var played = vanished(40) { _ in Self.there }
        while !played.notices.contains(.massAbsenceOver(left: 20)) { played.play(for: .seconds(1)) }
        played.restart()
        played.play(for: .hours(2))
        #expect(played.notices == [.massAbsence(suspects: 40, of: 300), .massAbsenceOver(left: 20)])
        #expect(played.newlyUnlisted.isEmpty && played.listed == 260)
    }

    @Test("What was released is not held again: what was deleted is told, what exists is unlisted")
    func released() {
        var played = vanished(120) { $0 % 5 < 2 ? .gone : Self.there }
        played.play(for: .minutes(5))
        guard case .held(let since, .sampled(let sample)) = played.progress.hold else {
            Issue.record("no sample was judged: \(played.progress.hold)")
            return
        }
        #expect(sample.gone > 0 && sample.existing > 0 && sample.gone + sample.existing == 20)
        #expect(since < played.now)
        let told = [.massAbsence(suspects: 120, of: 300), held(played.suspects.count, .sampled(sample))]
        #expect(played.notices == told)
        played.release()
        played.play(for: .hours(2))
        #expect(played.notices == told)
        #expect(played.suspects.isEmpty && played.progress.hold == .none)
    }

    @Test("A sample that was confirmed is asked for no more, whoever goes on after a restart")
    func restarted() {
        var played = vanished(120) { _ in .gone }
        while !played.notices.contains(.massAbsenceConfirmed(suspects: 120)) { played.play(for: .seconds(1)) }
        played.play(for: .seconds(5))
        let told = played.notices
        #expect(played.suspects.count > 60)
        played.restart()
        played.play(for: .hours(1))
        #expect(played.notices == told)
        #expect(played.suspects.isEmpty)
    }

    @Test("After a restart within a hold the reason stays, and nothing is told before another sample was asked for")
    func restartedWithinAHold() {
        var played = vanished(120) { $0 % 5 < 2 ? .gone : .hidden }
        played.play(for: .seconds(3))
        guard case .held(let since, .awaitsSample) = played.progress.hold else {
            Issue.record("no sample is asked for: \(played.progress.hold)")
            return
        }
        played.restart()
        played.play(for: .minutes(1))
        #expect(played.notices.count == 2)
        #expect(played.progress.hold.heldSince == since)
        guard case .held(_, .sampled) = played.progress.hold else {
            Issue.record("no sample was judged: \(played.progress.hold)")
            return
        }
        let hold = played.progress.hold
        played.restart()
        played.play(for: .milliseconds(600))
        #expect(played.progress.hold == hold && played.notices.count == 2)
    }

    @Test("Where others join those that are held, the number that is told is the number that is held")
    func joined() {
        var played = vanished(120) { $0 % 5 < 2 ? .gone : .hidden }
        played.play(for: .minutes(5))
        let before = played.notices
        let number = played.suspects.count
        guard case .held(_, let reason) = played.progress.hold else {
            Issue.record("it is not held")
            return
        }
        played.suspects += ids(201...207)
        (played.listed, played.total) = (played.listed - 7, played.total - 7)
        played.play(for: .minutes(5))
        #expect(
            played.notices == before
                + [.massAbsenceChanged(HeldDeletes(records: number + 7, reason: reason))])
    }

    @Test("An empty list leaves nobody to try a GET with: that is told, and awaits a decision")
    func emptyList() {
        var played = vanished(300) { _ in .gone }
        played.play(for: .hours(3))
        #expect(played.notices == [held(300, .listIsEmpty)])
        #expect(played.looked.isEmpty)
        (played.listed, played.total) = (1, 1)
        played.play(for: .minutes(1))
        #expect(played.notices.dropFirst().first == .massAbsence(suspects: 300, of: 301))
        #expect(played.notices.last == .massAbsenceConfirmed(suspects: 300))
    }

    @Test("A list that is emptied after a sample was confirmed is told of, for nothing more is asked for")
    func emptiedList() {
        var played = vanished(290) { _ in .gone }
        played.suspects = ids(1...4_000)
        while !played.notices.contains(.massAbsenceConfirmed(suspects: 4_000)) { played.play(for: .seconds(1)) }
        (played.listed, played.total) = (0, 0)
        played.suspects += ids(4_001...4_010)
        played.verdict = { _ in .gone }
        played.play(for: .hours(3))
        #expect(played.suspects.count > 500)
        #expect(played.notices.last == held(played.suspects.count, .listIsEmpty))
    }

    @Test("A sample that the API hardly answered is no reason to suspect a permission")
    func unanswered() {
        var played = vanished(120) { $0.isMultiple(of: 5) ? .gone : nil }
        played.play(for: .minutes(50))
        guard case .held(_, let reason) = played.progress.hold, case .sampled(let sample) = reason else {
            Issue.record("no sample was judged: \(played.progress.hold)")
            return
        }
        #expect(sample.existing == 0 && sample.unanswered > 10)
        #expect("\(reason)".hasSuffix("and \(sample.unanswered) got no answer"))
        #expect(!reason.advice.contains("user"))
    }

    @Test("While a sample is asked for, the number is told and nobody is asked to decide")
    func words() {
        let since = Instant(secondsSince1970: 1_764_000_000)
        let held = HeldDeletes(records: 110, reason: .awaitsSample)
        #expect(!held.awaitsOperator)
        #expect(
            held.words(since: since)
                == "the deletes of 110 vanished records are held (since 2025-11-24T16:00:00Z): a sample of them is asked "
                + "for by id first. Nothing is to be decided yet")
        for reason in [HeldDeletes.Reason.sampled(AbsenceSample(gone: 19, existing: 1)), .listIsEmpty] {
            let held = HeldDeletes(records: 110, reason: reason)
            #expect(held.awaitsOperator)
            #expect(held.words(since: since).hasSuffix(": \(reason). Check what the key's user may see"))
            #expect("\(PresenceNotice.massAbsenceHeld(held))".hasPrefix("\(held): \(reason). "))
        }
    }
}
