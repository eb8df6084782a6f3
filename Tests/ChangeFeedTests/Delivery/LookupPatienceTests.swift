import ChangeFeed
import Testing

@Suite("LookupPatience")
struct LookupPatienceTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    @Test("Whoever comes while an answer is likely waits for it, and whoever comes after it asks anew")
    func joins() {
        var patience = LookupPatience(mayTake: .minutes(1))
        #expect(patience.join(at: now) == .asks)
        #expect(patience.join(at: now + .seconds(59)) == .waits)
        patience.answered()
        #expect(patience.isOver)
        #expect(patience.join(at: now + .seconds(59)) == .asks)
    }

    @Test("While nothing is answered, each question is waited for twice as long as the one before, up to a good hour")
    func doubles() {
        var patience = LookupPatience(mayTake: .minutes(1))
        var time = now
        for minutes in [1, 2, 4, 8, 16, 32, 64, 64, 64] {
            #expect(patience.join(at: time) == .asks)
            time = time + .minutes(minutes)
            #expect(patience.join(at: time - .seconds(1)) == .waits)
        }
    }

    @Test("One thread that never comes back holds up nobody once another has answered")
    func answeredAfterLost() {
        var patience = LookupPatience(mayTake: .minutes(1))
        #expect(patience.join(at: now) == .asks)
        #expect(patience.join(at: now + .minutes(1)) == .asks)
        patience.answered()
        #expect(!patience.isOver)
        for second in 0..<100 {
            #expect(patience.join(at: now + .seconds(61 + second)) == .asks)
            patience.answered()
        }
        // The next that is lost is waited for no longer than the first.
        #expect(patience.join(at: now + .minutes(3)) == .asks)
        #expect(patience.join(at: now + .minutes(4)) == .asks)
    }

    @Test("An answer that comes late is one as well")
    func lateAnswer() {
        var patience = LookupPatience(mayTake: .minutes(1))
        #expect(patience.join(at: now) == .asks)
        #expect(patience.join(at: now + .minutes(1)) == .asks)
        patience.answered()
        patience.answered()
        #expect(patience.isOver)
    }

    @Test("So many threads are left behind and no more, until one of them comes back")
    func bounded() {
        var patience = LookupPatience(mayTake: .minutes(1))
        var time = now
        for _ in 0..<64 {
            #expect(patience.join(at: time) == .asks)
            time = time + .minutes(64)
        }
        #expect(patience.join(at: time) == .givesUp)
        patience.answered()
        #expect(patience.join(at: time) == .asks)
        #expect(patience.join(at: time) == .waits)
        #expect(patience.join(at: time + .minutes(1)) == .givesUp)
    }
}
