import ChangeFeed
import Foundation
import Testing

@Suite("PollSchedule")
struct PollScheduleTests {
    private let start = Instant(secondsSince1970: 1_764_028_800)

    /// What polls of two days teach: so many changes an hour, so many requests a poll.
    private func pace(perHour: Double, requests: Int = 1) -> ResourcePace {
        var pace = ResourcePace()
        for poll in 0..<(2 * 24 * 6) {
            let from = start - .days(2) + .minutes(10 * poll)
            pace.polled(perHour / 6, requests: requests, from: from, to: from + .minutes(10))
        }
        return pace
    }

    private func schedule(
        _ resources: [(PollInterval, ResourcePace)], perDay: Double, wasStretched: Bool = false
    ) -> PollSchedule {
        PollSchedule(
            resources.map { ($0.0, $0.1) }, allowance: PollAllowance(perDay: perDay), wasStretched: wasStretched,
            at: start)
    }

    @Test("Chosen intervals go by the root of cost over rate, and spend the budget")
    func proportions() {
        let schedule = schedule(
            [(.auto, pace(perHour: 100)), (.auto, pace(perHour: 1)), (.auto, pace(perHour: 100, requests: 4))],
            perDay: 5_000)
        let seconds = schedule.entries.map(\.interval.inSeconds)
        #expect(abs(seconds[1] / seconds[0] - 10) < 1)
        #expect(abs(seconds[2] / seconds[0] - 2) < 0.1)
        #expect(abs(schedule.requestsPerDay / 5_000 - 1) < 0.06)
    }

    @Test("A resource that never changes is looked at all the same")
    func silent() {
        let schedule = schedule([(.auto, pace(perHour: 100)), (.auto, pace(perHour: 0))], perDay: 1_000)
        let even = 2 * 86_400.0 / 1_000
        #expect(schedule.entries[1].interval.inSeconds <= 20.01 * even)
    }

    @Test("A configured interval is kept exactly where the budget allows it, and stretched where not")
    func fixed() {
        let four = Array(repeating: (PollInterval.every(.minutes(1)), ResourcePace()), count: 4)
        let kept = schedule(four, perDay: 5_760)
        #expect(kept.entries.allSatisfy { $0.interval == .minutes(1) && !$0.isStretched })
        let stretched = schedule(four, perDay: 1_440)
        #expect(stretched.entries.allSatisfy { $0.interval == .minutes(4) && $0.isStretched })
        // Before it is in force, the day is not planned with more than it has.
        let late = PollSchedule(
            four.map { (wish: $0.0, pace: $0.1) }, allowance: PollAllowance(perDay: 1_440, isDrained: false),
            wasStretched: false, at: start)
        #expect(late.entries.allSatisfy { $0.interval == .minutes(1) })
        #expect(abs(late.requestsPerDay - 1_440) < 1)
        // Once stretched, they are until the budget clearly suffices.
        #expect(schedule(four, perDay: 5_800, wasStretched: true).entries[0].isStretched)
        #expect(!schedule(four, perDay: 6_200, wasStretched: true).entries[0].isStretched)
    }

    @Test("Beside configured intervals the chosen ones take the rest, a tenth at least")
    func mixed() {
        let schedule = schedule(
            [(.every(.seconds(10)), ResourcePace()), (.auto, pace(perHour: 10))], perDay: 1_000)
        #expect(schedule.entries[0].isStretched)
        #expect(abs(schedule.entries[1].requestsPerSecond * 86_400 - 100) < 5)
    }

    @Test("What the next hours have no room for is not planned")
    func ceilings() {
        let resources = [(wish: PollInterval.auto, pace: pace(perHour: 10))]
        let tight = PollAllowance(
            perDay: 2_400, withinHours: Array(repeating: 0, count: 24).indices.map { 20 * Double($0 + 1) })
        let schedule = PollSchedule(resources, allowance: tight, wasStretched: false, at: start)
        #expect(schedule.requestsPerDay <= 481)
    }

    @Test("Nothing is asked more than once a second, however large the quota")
    func shortest() {
        let schedule = schedule([(.auto, pace(perHour: 1_000_000))], perDay: 1e9)
        #expect(schedule.entries[0].interval >= .seconds(1))
    }

    @Test("What was learned is the same after it was stored")
    func stored() throws {
        let pace = pace(perHour: 33, requests: 3)
        let stored = try JSONEncoder().encode(pace)
        #expect(try JSONDecoder().decode(ResourcePace.self, from: stored) == pace)
    }
}
