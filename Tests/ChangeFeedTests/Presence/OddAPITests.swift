import ChangeFeed
import Testing

@Suite("A watch of an odd API")
struct OddAPITests {
    private func ids(_ range: ClosedRange<Int>) -> [RecordID] { range.map { RecordID(String($0)) } }

    private static let there: LookupVerdict = {
        let record = try! RawRecord.read(Array(#"{"CONTACT_ID":900000000}"#.utf8))
        return .present(SeenRecord(record, idField: FieldPath("CONTACT_ID"))!)
    }()

    /// A GET finds what the list shows; every other record as told.
    private func answering(_ verdict: @escaping (RecordID) -> LookupVerdict?) -> (RecordID) -> LookupVerdict? {
        { Int($0.text)! >= PlayedResource.firstWitness ? Self.there : verdict($0) }
    }

    @Test("A count that is always off by as much costs two sweeps, and is then allowed for", arguments: [10, -10])
    func constantOffset(offset: Int) {
        var played = PlayedResource(listed: 100_000, total: 100_000 - offset)
        played.play(for: .hours(12))
        #expect(played.progress.bias == offset)
        #expect(played.asked[.sweep, default: 0] <= 3 * 200)
        #expect(played.asked[.search, default: 0] < 50)
    }

    @Test("A difference that nothing ever explains the same way is looked into ever more rarely")
    func restlessOffset() {
        var played = PlayedResource(listed: 100_000, total: 99_990)
        for minute in 0..<(24 * 60) {
            played.total = 99_990 - minute % 7
            played.play(for: .minutes(1))
        }
        #expect(played.asked[.sweep, default: 0] < 12 * 200)
        #expect(played.asked[.search, default: 0] < 400)
    }

    @Test("A search that cannot be answered is given up, and the rest goes on")
    func failingSearch() {
        var played = PlayedResource(listed: 10_000, total: 9_999)
        played.failures = [.search: .retry]
        played.play(for: .hours(2))
        #expect(played.asked[.search, default: 0] <= 10)
        #expect(played.asked[.sweep, default: 0] > 0)
        #expect(played.asked[.count, default: 0] > 60)
    }

    @Test("A count that is refused leaves the sweeps their turn")
    func refusedCount() {
        var played = PlayedResource(listed: 10_000, total: 10_000)
        played.failures = [.count: .needsAttention]
        played.play(for: .hours(48))
        #expect(played.asked[.sweep, default: 0] >= 2 * 20)
        #expect(played.asked[.count, default: 0] < 200)
    }

    @Test("Records that always answer 500 keep neither counts nor other suspects from their turn")
    func failingLookups() {
        var played = PlayedResource(listed: 100_000, total: 100_000)
        played.suspects = ids(1...9)
        played.verdict = answering { $0.text == "9" ? .gone : nil }
        played.play(for: .hours(3))
        #expect(played.looked.contains(RecordID("9")))
        #expect(played.asked[.count, default: 0] > 100)
        #expect(played.asked[.lookup, default: 0] < 400)
    }

    @Test("One record of a sample that always answers 500 keeps nobody waiting", arguments: [1, 80])
    func failingSample(failing: Int) {
        var played = PlayedResource(listed: 100, total: 100)
        played.suspects = ids(1...100)
        played.verdict = answering { Int($0.text)! <= failing ? nil : .gone }
        played.play(for: .minutes(50))
        if failing == 1 {
            #expect(played.notices.contains(.massAbsenceConfirmed(suspects: 100)))
            #expect(played.suspects.count == 1)
        } else {
            // Too few answers to believe it; what the operator releases is confirmed one by one all the same.
            guard case .held = played.progress.hold else {
                Issue.record("it is not held")
                return
            }
            played.progress.hold = .released
            played.play(for: .hours(30))
            #expect(played.suspects.count == failing)
        }
    }

    @Test("A record that the list holds and a GET refuses counts as known for hours", arguments: [0, 1])
    func refusedStranger(kind: Int) {
        var played = PlayedResource(listed: 100_000, total: 100_001)
        played.stranger = RecordID("0")
        played.verdict = answering { _ in kind == 0 ? .hidden : .gone }
        played.play(for: .hours(17))
        #expect(played.asked[.search, default: 0] < 100)
        #expect(played.asked[.lookup, default: 0] < 20)
        #expect(played.progress.bias == 0)
    }

    @Test("Sweeps whose pages did not connect prove nothing of a count")
    func inconclusive() {
        var played = PlayedResource(listed: 100_000, total: 99_999)
        played.sweepStage = .inconclusive
        played.play(for: .hours(12))
        #expect(played.progress.bias == 0)
        #expect(played.asked[.sweep, default: 0] < 8 * 200)
    }

    @Test("No 404 is believed where a GET does not find what the list shows")
    func wrongPath() {
        var played = PlayedResource(listed: 1_000, total: 1_000)
        played.suspects = ids(1...5)
        played.verdict = { _ in .gone }
        played.play(for: .hours(6))
        #expect(played.looked.isEmpty)
        #expect(played.notices == [.lookupsDoubtful])
        #expect(played.asked[.lookup, default: 0] < 20)
        played.verdict = answering { _ in .gone }
        played.play(for: .hours(2))
        #expect(Set(played.looked) == Set(ids(1...5)))
    }

    @Test("Of a hundred suspects that are nearly all unanswerable, the others are found")
    func manyFailing() {
        var played = PlayedResource(listed: 100_000, total: 100_000)
        played.suspects = ids(1...100)
        let good: Set = ["2", "33", "78"]
        played.verdict = answering { good.contains($0.text) ? .gone : nil }
        played.play(for: .hours(48))
        #expect(good.allSatisfy { played.looked.contains(RecordID($0)) })
        #expect(played.suspects.count == 97)
    }

    @Test("A list whose first record always answers 500 is asked for another that it shows")
    func failingWitness() {
        var played = PlayedResource(listed: 1_000, total: 1_000)
        played.firstShown = RecordID("0")
        played.suspects = ids(1...3)
        played.verdict = answering { $0.text == "0" ? nil : .gone }
        played.play(for: .hours(1))
        #expect(played.suspects.isEmpty)
    }

    @Test("Once the list is empty, what was found by its id before it was proves nothing")
    func emptiedList() {
        var played = PlayedResource(listed: 1_000, total: 1_000)
        played.suspects = ids(1...2)
        played.verdict = answering { _ in .gone }
        played.play(for: .minutes(2))
        #expect(played.looked.count == 2)
        (played.listed, played.total) = (0, 0)
        played.suspects = ids(1...1_000)
        played.play(for: .hours(1))
        #expect(played.looked.count == 2)
        #expect(played.progress.hold != .none)
    }

    @Test("Of an empty list many that vanished are held, and the last few are believed", arguments: [5, 100])
    func emptyList(count: Int) {
        var played = PlayedResource(listed: 0, total: 0)
        played.suspects = ids(1...count)
        played.play(for: .hours(3))
        #expect(played.looked.isEmpty == (count == 100))
        #expect((played.progress.hold == .none) == (count == 5))
    }
}
