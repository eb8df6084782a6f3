import ChangeFeed
import SimulatedWorld
import Testing

@Suite("PageWindow")
struct PageWindowTests {
    /// What a reading came to.
    private struct Reading {
        var seen: Set<Int> = []
        var requests = 0
        var ended = false
    }

    /// Reads a list page by page while `disturb` changes it between two pages.
    private func read(
        _ list: [Int], pageSize: Int, withTotal: Bool = true, from window: PageWindow = PageWindow(),
        serve: (([Int], Int) -> [Int])? = nil, disturb: (Int, inout [Int]) -> Void = { _, _ in }
    ) -> Reading {
        let serve = serve ?? { Array($0.dropFirst($1)) }
        var list = list
        var window = window
        var reading = Reading()
        while reading.requests < 2_000 {
            let page = serve(list, window.skip).prefix(pageSize)
            reading.requests += 1
            reading.seen.formUnion(page)
            let entries = page.map { PageWindow.Entry(RecordID(String($0))) }
            if window.advance(entries, total: withTotal ? list.count : nil, pageSize: pageSize) == .end {
                reading.ended = true
                return reading
            }
            disturb(reading.requests, &list)
        }
        return reading
    }

    @Test(
        "Every record of a quiet list is read, whatever the page size", arguments: [2, 3, 10, 11, 500], [true, false])
    func quiet(pageSize: Int, withTotal: Bool) {
        let reading = read(Array(0..<10), pageSize: pageSize, withTotal: withTotal)
        #expect(reading.seen == Set(0..<10) && reading.ended)
        #expect(reading.requests <= (10 + pageSize - 3) / (pageSize - 1) + (withTotal ? 1 : 2))
        let empty = read([], pageSize: pageSize, withTotal: withTotal)
        #expect(empty.ended && empty.requests == 1)
    }

    @Test("A list of a hundred thousand takes no more than one request in five hundred more than it has pages")
    func cost() {
        #expect(read(Array(0..<100_000), pageSize: 500).requests == 201)
    }

    @Test("Records that leave, enter and move while the list is read make no other be stepped over", arguments: 0..<400)
    func moving(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let unrest = seed % 4 + 1
        var disturbed: Set<Int> = []
        let reading = read(
            (0..<200).map { $0 * 10 }, pageSize: 20,
            disturb: { page, list in
                guard page < 100 else { return }
                for _ in 0..<Int.random(in: 0...unrest, using: &random) where !list.isEmpty {
                    switch Int.random(in: 0...2, using: &random) {
                    case 0:
                        disturbed.insert(list.remove(at: Int.random(in: 0..<list.count, using: &random)))
                    case 1:
                        let entering = Int.random(in: 0..<2_000, using: &random)
                        if !list.contains(entering) {
                            list.insert(entering, at: list.firstIndex { $0 > entering } ?? list.count)
                            disturbed.insert(entering)
                        }
                    default:
                        // As a list in the order of stamps does, where a record that changes goes to the end.
                        let moved = list.remove(at: Int.random(in: 0..<list.count, using: &random))
                        list.append(moved)
                        disturbed.insert(moved)
                    }
                }
            })
        #expect(reading.ended)
        let missed = Set((0..<200).map { $0 * 10 }).subtracting(disturbed).subtracting(reading.seen)
        #expect(missed.isEmpty)
    }

    @Test("One record that leaves and one that enters at the same time do not hide each other")
    func netZero() {
        let reading = read(
            Array(0..<30), pageSize: 10,
            disturb: { page, list in
                if page == 1 {
                    list.removeFirst()
                    list.append(100)
                }
            })
        #expect(reading.seen.isSuperset(of: 1..<30))
    }

    @Test("A list that changes with every page is read at hardly more than its pages' cost", arguments: [true, false])
    func busy(entering: Bool) {
        let reading = read(
            Array(0..<100_000), pageSize: 500,
            disturb: { page, list in
                if entering { list.insert(-page, at: 0) } else { list.remove(at: 0) }
            })
        #expect(reading.ended)
        #expect(reading.requests < 300)
    }

    @Test("A mass deletion while the list is read ends, and loses nothing that stays")
    func massDeletion() {
        let reading = read(
            Array(0..<10_000), pageSize: 500, disturb: { _, list in list.removeFirst(min(400, list.count)) })
        #expect(reading.ended)
        let rest = read(
            Array(0..<10_000), pageSize: 500, disturb: { page, list in if page == 10 { list.removeFirst(4_000) } })
        #expect(rest.seen.isSuperset(of: 4_000..<10_000))
    }

    @Test("A later process finds its place again, also where the list has moved; where it cannot, it reads all again")
    func resuming() {
        let window = PageWindow(covered: 60, last: RecordID("59"))
        #expect(read(Array(0..<100), pageSize: 10, from: window).seen == Set(59..<100))
        #expect(read(Array(15..<100), pageSize: 10, from: window).seen.isSuperset(of: 60..<100))
        let without = (0..<100).filter { $0 != 59 }
        #expect(read(without, pageSize: 10, from: window).seen.isSuperset(of: 60..<100))
    }

    @Test("A list that loses much more than a page, more than once, is read to its end", arguments: [true, false])
    func repeatedLosses(withTotal: Bool) {
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var gone: Set<Int> = []
            let reading = read(
                Array(0..<20_000), pageSize: 100, withTotal: withTotal,
                disturb: { page, list in
                    let count = page == 50 ? 3_000 : page % 40 == 0 ? 80 : 0
                    for _ in 0..<min(count, list.count) {
                        gone.insert(list.remove(at: Int.random(in: 0..<list.count / 2, using: &random)))
                    }
                })
            #expect(reading.ended)
            #expect(Set(0..<20_000).subtracting(gone).subtracting(reading.seen).isEmpty)
        }
    }

    @Test("A record that was saved again meanwhile, and may have moved, proves nothing")
    func movedAnchor() {
        // In the order of stamps: the first page is read, then all that follow it are saved again but the last hundred.
        func entry(_ id: Int, _ version: UInt8 = 0) -> PageWindow.Entry {
            PageWindow.Entry(RecordID(String(id)), Fingerprint(of: [version]))
        }
        var window = PageWindow()
        _ = window.advance((0..<10).map { entry($0) }, total: 30, pageSize: 10)
        // Of the first page's records those from 5 on went to the end; what stands at the offset is one of them.
        let moved = window.advance([entry(9, 1), entry(20), entry(21)], total: 30, pageSize: 10)
        #expect(moved == .more)
        #expect(window.covered == 10)
    }

    @Test("A resumed reading costs one step back, not all of it, where records have left the list")
    func resumingIsCheap() {
        let list = Array(3..<10_000)
        let reading = read(list, pageSize: 500, from: PageWindow(covered: 9_000, last: RecordID("8999")))
        #expect(reading.seen.isSuperset(of: 9_000..<10_000))
        #expect(reading.requests <= 5)
    }

    @Test("A page that comes again because a record has entered before it is read on from", arguments: [true, false])
    func cameAgain(withTotal: Bool) {
        let reading = read(
            [1, 2], pageSize: 2, withTotal: withTotal,
            disturb: { page, list in if page == 1 { list.insert(0, at: 0) } })
        #expect(reading.ended && reading.requests <= 4)
        let resumed = read(
            Array(0..<8), pageSize: 2, withTotal: withTotal, from: PageWindow(covered: 6, last: RecordID("5")),
            disturb: { page, list in if page == 1 { list.insert(100, at: 3) } })
        #expect(resumed.ended && resumed.seen.isSuperset(of: 5..<8))
    }

    @Test("A short list ends soon after it has come to rest, whatever moved in it before", arguments: [true, false])
    func shortLists(withTotal: Bool) {
        for seed in 0..<3_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...9, using: &random)
            let resumes = Bool.random(using: &random)
            let covered = Int.random(in: 1...count, using: &random)
            let moves = Int.random(in: 1...6, using: &random)
            let reading = read(
                Array(0..<count), pageSize: Int.random(in: 2...4, using: &random), withTotal: withTotal,
                from: resumes ? PageWindow(covered: covered, last: RecordID(String(covered - 1))) : PageWindow(),
                disturb: { page, list in
                    guard page <= moves else { return }
                    if Bool.random(using: &random) {
                        list.insert(100 + page, at: Int.random(in: 0...list.count, using: &random))
                    } else if !list.isEmpty {
                        list.remove(at: Int.random(in: 0..<list.count, using: &random))
                    }
                })
            #expect(reading.ended && reading.requests < 60, "seed \(seed): \(reading.requests) requests")
        }
    }

    @Test("A server that knows no skip, caps its pages, or serves whole pages only, is read to its end all the same")
    func oddServers() {
        for withTotal in [true, false] {
            #expect(read(Array(0..<30), pageSize: 10, withTotal: withTotal, serve: { list, _ in list }).ended)
            let capped = read(
                Array(0..<300), pageSize: 50, withTotal: withTotal, serve: { Array($0.dropFirst($1).prefix(7)) })
            #expect(capped.ended && capped.seen == Set(0..<300))
        }
        let pages = read(
            Array(0..<30), pageSize: 10, serve: { $1 % 10 == 0 ? Array($0.dropFirst($1)) : [] })
        #expect(pages.ended && pages.seen == Set(0..<30))
    }

    @Test("A page asks for its place, its size and the number of matches")
    func items() {
        var window = PageWindow()
        _ = window.advance((0..<500).map { PageWindow.Entry(RecordID(String($0))) }, total: 700, pageSize: 500)
        let target = window.items(of: RequestTarget(path: "/Contacts"), pageSize: 500)
        #expect(
            target.query == [QueryItem("skip", "499"), QueryItem("top", "500"), QueryItem("count_total", "true")])
    }

    @Test("A total that is too small ends no list")
    func totalTooSmall() {
        var window = PageWindow()
        var read: Set<Int> = []
        for _ in 0..<30 {
            let page = (window.skip + 1)...min(window.skip + 100, 1_000)
            read.formUnion(page)
            let entries = page.map { PageWindow.Entry(RecordID(String($0))) }
            if window.advance(entries, total: 450, pageSize: 100) == .end { break }
        }
        #expect(read.count == 1_000)
    }

    @Test("A result of one record ends, whatever its total says", arguments: [nil, 1, 5])
    func oneRecord(total: Int?) {
        var window = PageWindow()
        let page = [PageWindow.Entry(RecordID("7"))]
        let positions = (0..<3).map { _ in window.advance(page, total: total, pageSize: 100) }
        #expect(positions.contains(.end))
    }
}
