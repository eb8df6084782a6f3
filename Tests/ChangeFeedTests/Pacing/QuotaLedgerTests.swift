import ChangeFeed
import SimulatedWorld
import Testing

@Suite("QuotaLedger")
struct QuotaLedgerTests {
    private let noon = Instant(secondsSince1970: 1_764_000_000)

    @Test("The count is never less than the requests of any 24 hours")
    func neverTooFew() {
        var random = SeededGenerator(seed: 11)
        var ledger = QuotaLedger()
        var sent: [Instant] = []
        var now = noon
        for _ in 0..<3_000 {
            now = now + .seconds(Int64.random(in: 0..<120, using: &random))
            ledger.count(.poll, at: now)
            sent.append(now)
            let exact = sent.count { now - $0 < .hours(24) }
            #expect(ledger.used(at: now) >= exact)
        }
    }

    @Test("A request stops counting after 24 hours and one bucket at most")
    func relief() {
        var ledger = QuotaLedger()
        ledger.count(.poll, at: noon)
        #expect(ledger.used(at: noon + .hours(24) - .seconds(1)) == 1)
        #expect(ledger.used(at: noon + .hours(24) + .minutes(5)) == 0)
        let relief = ledger.nextRelief(at: noon)
        #expect(relief.map { ledger.used(at: $0) } == 0)
    }

    @Test("Requests stamped far in the future by a clock that was wrong do not count for ever")
    func wrongClock() {
        var ledger = QuotaLedger()
        ledger.count(.poll, at: noon + .days(400))
        #expect(ledger.used(at: noon) == 0)
    }
}
