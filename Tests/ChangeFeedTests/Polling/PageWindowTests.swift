import ChangeFeed
import Testing

@Suite("PageWindow")
struct PageWindowTests {
    /// Reads a list page by page while `disturb` changes it between two pages; returns what was seen.
    private func read(_ list: [Int], pageSize: Int, withTotal: Bool = true, disturb: (Int, inout [Int]) -> Void) -> Set<
        Int
    > {
        var list = list
        var window = PageWindow(pageSize: pageSize)
        var seen: Set<Int> = []
        for page in 0..<1_000 {
            let records = list.dropFirst(window.skip).prefix(pageSize)
            seen.formUnion(records)
            if window.advance(count: records.count, total: withTotal ? list.count : nil) == .end { return seen }
            disturb(page, &list)
        }
        return seen
    }

    @Test("Every record of a quiet list is read, whatever the page size", arguments: [1, 3, 10, 11, 500])
    func quiet(pageSize: Int) {
        #expect(read(Array(0..<10), pageSize: pageSize) { _, _ in } == Set(0..<10))
        #expect(read(Array(0..<10), pageSize: pageSize, withTotal: false) { _, _ in } == Set(0..<10))
        #expect(read([], pageSize: pageSize) { _, _ in }.isEmpty)
    }

    @Test("Records that leave the list while it is read make none of the others be stepped over")
    func shrinking() {
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var gone: Set<Int> = []
            let seen = read(Array(0..<100), pageSize: 10) { _, list in
                for _ in 0..<Int.random(in: 0...2, using: &random) where !list.isEmpty {
                    gone.insert(list.remove(at: Int.random(in: 0..<list.count, using: &random)))
                }
            }
            let missed = Set(0..<100).subtracting(gone).subtracting(seen)
            #expect(missed.isEmpty, "seed \(seed)")
        }
    }

    @Test("A page asks for its place, its size and the number of matches")
    func items() {
        var window = PageWindow(pageSize: 500)
        _ = window.advance(count: 500, total: 700)
        let target = window.items(of: RequestTarget(path: "/Contacts"))
        #expect(
            target.query == [QueryItem("skip", "500"), QueryItem("top", "500"), QueryItem("count_total", "true")])
    }
}
