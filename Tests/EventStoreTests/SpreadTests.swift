import ChangeFeed
import EventStore
import Testing

@Suite("Suspects that are asked for, and what is held")
struct SpreadTests {
    @Test(
        "A batch is spread over all of them, and batches one after the other reach each",
        arguments: [1, 19, 20, 21, 333])
    func spread(count: Int) {
        var asked: Set<Int> = []
        for start in 0..<count {
            let places = Spread.places(of: count, atMost: 20, from: start)
            #expect(places.count == min(20, count) && places == Array(Set(places)).sorted())
            #expect(places.allSatisfy((0..<count).contains))
            // As a step over the index would find them: where a multiple is passed.
            let shown = min(20, count)
            let passed = (1...count).filter { (start + $0) * shown / count != (start + $0 - 1) * shown / count }
            #expect(places == passed.map { $0 - 1 })
            asked.formUnion(places)
        }
        #expect(asked == Set(0..<count))
        #expect(Spread.places(of: 0, atMost: 20, from: 0).isEmpty)
    }

    @Test("A verdict holds a change that is in no other paths than those it names")
    func verdict() {
        let verdict = UnstampedVerdict(
            reading: .poll, foundThrough: Sample.now, decidedAt: Sample.now, heldPaths: ["/A", "/B"])
        #expect(verdict.holds(["/A"]) && verdict.holds([]) && !verdict.holds(["/A", "/C"]))
        let none = UnstampedVerdict(reading: .poll, foundThrough: Sample.now, decidedAt: Sample.now, heldPaths: [])
        #expect(!none.holds([]))
    }

    @Test("No two states of an account give out ids by the same name")
    func names() {
        let apart = "contacts \(Sample.plan.source.object) \(Sample.plan.source.idField)"
        #expect(Sample.plan.nameInIDs(besides: []) == "contacts")
        #expect(Sample.plan.nameInIDs(besides: ["contacts"]) == apart)
        #expect(Sample.plan.nameInIDs(besides: ["contacts", apart, apart + " 2"]) == apart + " 3")
    }
}
