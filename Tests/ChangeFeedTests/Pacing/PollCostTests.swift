import ChangeFeed
import Testing

@Suite("PollCost")
struct PollCostTests {
    @Test("Four resources every fifteen minutes cost 384 requests a day, which even a free plan can afford")
    func everyday() {
        let cost = PollCost(
            intervals: Array(repeating: .minutes(15), count: 4), dailyLimit: 1_000, quotaShare: 0.8)
        #expect(cost.requestsPerDay == 384)
        #expect(cost.isAffordable == true)
    }

    @Test("Four resources every minute do not fit a free plan, and the interval that would is named")
    func tooOften() throws {
        let cost = PollCost(intervals: Array(repeating: .minutes(1), count: 4), dailyLimit: 1_000, quotaShare: 0.8)
        #expect(cost.isAffordable == false)
        let interval = try #require(cost.affordableInterval)
        #expect(interval == .seconds(432))
        let then = PollCost(intervals: Array(repeating: interval, count: 4), dailyLimit: 1_000, quotaShare: 0.8)
        #expect(then.isAffordable == true)
    }

    @Test("Without a known limit nothing is said of it")
    func unknown() {
        #expect(PollCost(intervals: [.minutes(1)], dailyLimit: nil, quotaShare: 0.8).isAffordable == nil)
    }
}
