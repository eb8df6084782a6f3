import ChangeFeed
import SimulatedWorld
import TestModels
import Testing

@Suite("AbsenceSearch")
struct AbsenceSearchTests {
    private func ids(_ count: Int, _ random: inout SeededGenerator) -> [Int64] {
        var last: Int64 = 366_000_000
        return (0..<count).map { _ in
            last += Int64.random(in: 1...40, using: &random)
            return last
        }
    }

    private static func logarithm2RoundedUp(_ number: Int) -> Int {
        Int.bitWidth - max(0, number - 1).leadingZeroBitCount
    }

    @Test(
        "One deletion is found within 2·⌈log2(N/500)⌉ + 2 requests, wherever it is",
        arguments: [1, 499, 500, 501, 1_000, 4_711, 100_000, 1_000_000])
    func oneDeletion(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let known = ids(count, &random)
        let bound = 2 * Self.logarithm2RoundedUp((count + 499) / 500) + 2
        let places = [0, count - 1, count / 2] + (0..<30).map { _ in Int.random(in: 0..<count, using: &random) }
        for place in places {
            var list = known
            let gone = list.remove(at: place)
            var index = KnownIDs(known)
            var search = AbsenceSearch(listed: count, total: count - 1, pageSize: 500)
            _ = search.run(through: list, known: &index)
            #expect(index.suspects == [gone], "place \(place) of \(count)")
            #expect(search.requests <= bound, "place \(place) of \(count)")
        }
    }

    @Test("Each further deletion costs no more than the first", arguments: 0..<60)
    func severalDeletions(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 2_000...60_000, using: &random)
        let known = ids(count, &random)
        let gone = Set((0..<Int.random(in: 2...12, using: &random)).map { _ in known.randomElement(using: &random)! })
        var index = KnownIDs(known)
        var search = AbsenceSearch(listed: count, total: count - gone.count, pageSize: 500)
        _ = search.run(through: known.filter { !gone.contains($0) }, known: &index)
        #expect(index.suspects == gone)
        #expect(search.requests <= gone.count * (2 * Self.logarithm2RoundedUp((count + 499) / 500) + 2))
    }

    @Test("Whatever is gone or strange is found, or the search says it found nothing of it", arguments: 0..<400)
    func anything(seed: Int) {
        var random = SeededGenerator(seed: UInt64(1_000 + seed))
        let all = ids(Int.random(in: 0...300, using: &random), &random)
        let gone = Set(all.filter { _ in Int.random(in: 0..<12, using: &random) == 0 })
        let strange = Set(all.filter { !gone.contains($0) && Int.random(in: 0..<20, using: &random) == 0 })
        let known = all.filter { !strange.contains($0) }
        let list = all.filter { !gone.contains($0) }
        var index = KnownIDs(known)
        let pageSize = [2, 3, 7, 20, 500].randomElement(using: &random)!
        var search = AbsenceSearch(listed: known.count, total: list.count, pageSize: pageSize)
        let strangers = search.run(through: list, known: &index)
        #expect(index.suspects.isSubset(of: gone))
        #expect(strangers.isSubset(of: strange.map { RecordID(String($0)) }))
        if strange.isEmpty || gone.isEmpty {
            // All of one kind, so none hides another from the count.
            #expect(index.suspects == gone && strangers.count == strange.count, "pages of \(pageSize)")
        }
        #expect(search.requests <= 2 * (list.count / pageSize + 1) + 4)
    }

    @Test("A list that is not in the order of ids ends the search, and nothing is suspected", arguments: 0..<20)
    func scrambled(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let known = ids(400, &random)
        var index = KnownIDs(known)
        var search = AbsenceSearch(listed: 400, total: 399, pageSize: 50)
        _ = search.run(through: known.dropLast().shuffled(using: &random), known: &index)
        #expect(search.isBroken)
        #expect(index.suspects.isEmpty)
    }

    @Test("Where much is gone, reading everything is cheaper than searching")
    func worthwhile() {
        #expect(AbsenceSearch.isWorthwhile(listed: 100_000, total: 99_999, pageSize: 500))
        #expect(AbsenceSearch.isWorthwhile(listed: 100_000, total: 99_990, pageSize: 500))
        #expect(!AbsenceSearch.isWorthwhile(listed: 100_000, total: 99_000, pageSize: 500))
        #expect(AbsenceSearch.isWorthwhile(listed: 300, total: 200, pageSize: 500))
    }
}
