import ChangeFeed
import SimulatedWorld
import Testing

@Suite("ChangeRate")
struct ChangeRateTests {
    private let start = Instant(secondsSince1970: 1_764_028_800)

    /// Polls every few minutes, with changes drawn for the rate of each time, an hour.
    private func learned(
        days: Int, every minutes: Int = 5, seed: UInt64 = 1, perHour: (Int) -> Double
    ) -> (rate: ChangeRate, end: Instant) {
        var random = SeededGenerator(seed: seed)
        var rate = ChangeRate()
        var now = start
        while now < start + .days(days) {
            let next = now + .minutes(minutes)
            // A chance for every five seconds: as good as Poisson's.
            let chance = perHour(ChangeRate.hour(of: now)) / 720
            let found = (0..<(12 * minutes)).count { _ in random.fraction() < chance }
            rate.found(Double(found), from: now, to: next)
            now = next
        }
        return (rate, now)
    }

    @Test(
        "A steady rate is known within a quarter after two days, and never mistaken for half or twice",
        arguments: [2.0, 20, 200])
    func steady(perHour: Double) {
        let errors = (1...9 as ClosedRange<UInt64>).map { seed in
            let (rate, end) = learned(days: 2, seed: seed) { _ in perHour }
            return rate.perSecond(at: end) * 3_600 / perHour
        }.sorted()
        // Chance has its part: the middle one of nine.
        #expect((0.75...1.33).contains(errors[4]), "\(errors)")
        #expect(errors[0] > 0.5 && errors[8] < 2, "\(errors)")
    }

    @Test("Working hours are known on the second day")
    func workingHours() {
        let (rate, end) = learned(days: 2) { (8..<18).contains($0) ? 60 : 3 }
        let noon = rate.perSecond(at: end + .hours(12)) * 3_600
        let night = rate.perSecond(at: end + .hours(3)) * 3_600
        #expect(noon > 4 * night)
    }

    @Test("A burst is followed within two polls, and forgotten within an hour")
    func burst() {
        var (rate, now) = learned(days: 2) { _ in 2 }
        let before = rate.perSecond(at: now)
        for _ in 0..<2 {
            rate.found(40, from: now, to: now + .minutes(5))
            now = now + .minutes(5)
        }
        #expect(rate.perSecond(at: now) > 20 * before)
        for _ in 0..<12 {
            rate.found(0, from: now, to: now + .minutes(5))
            now = now + .minutes(5)
        }
        #expect(rate.perSecond(at: now) < 5 * before)
    }

    @Test("Silence lowers the rate, and never to nothing")
    func silence() {
        let (rate, end) = learned(days: 3) { _ in 0 }
        #expect(rate.perSecond(at: end) > 0)
        #expect(rate.perSecond(at: end) * 86_400 < 0.5)
    }

    @Test("Records that changed at least once tell of more changes, the more of all records they are")
    func atLeastOnce() {
        #expect(ChangeRate.changes(of: 0, among: 10) == 0)
        #expect((5.0...5.01).contains(ChangeRate.changes(of: 5, among: 100_000)))
        // A hundred changes meet ten records about: the mean of the estimate is next to the truth.
        var random = SeededGenerator(seed: 5)
        var sum = 0.0
        for _ in 0..<2_000 {
            let met = Set((0..<80).map { _ in random.below(50) })
            sum += ChangeRate.changes(of: met.count, among: 50)
        }
        #expect((76.0...84.0).contains(sum / 2_000))
    }

    @Test("All records at once are no more than three changes each")
    func massUpdate() {
        #expect(ChangeRate.changes(of: 100_000, among: 100_000) == 300_000)
    }

    @Test("A time that runs backwards, or not at all, teaches nothing")
    func noTime() {
        var rate = ChangeRate()
        rate.found(1_000, from: start, to: start)
        rate.found(1_000, from: start, to: start - .hours(1))
        #expect(rate == ChangeRate())
    }
}
