import ChangeFeed
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
            resources.map { PolledResource($0.0, $0.1) }, allowance: PollAllowance(perDay: perDay),
            wasStretched: wasStretched,
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
            four.map { PolledResource($0.0, $0.1) }, allowance: PollAllowance(perDay: 1_440, isDrained: false),
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
        let resources = [PolledResource(.auto, pace(perHour: 10))]
        let hourly = (1...24).map { PollAllowance.Ceiling(within: .hours($0), requests: 20 * Double($0 + 1)) }
        let tight = PollSchedule(
            resources, allowance: PollAllowance(perDay: 2_400, ceilings: hourly), wasStretched: false, at: start)
        #expect((480...502).contains(tight.requestsPerDay))
        // Nothing stops to count for a while, which the first hour as a whole does not show.
        let soon = [PollAllowance.Ceiling(within: .minutes(20), requests: 2)] + hourly
        let tighter = PollSchedule(
            resources, allowance: PollAllowance(perDay: 2_400, ceilings: soon), wasStretched: false, at: start)
        #expect((140...144).contains(tighter.requestsPerDay))
    }

    @Test("A poll that has just taken many requests is paid for in advance, and what it has yet to take is owed")
    func dear() {
        let ceilings = [PollAllowance.Ceiling(within: .hours(1), requests: 0)]
        func perDay(sincePoll: Duration, underWay: Int = 0) -> Double {
            let cheap = PolledResource(.auto, pace(perHour: 10))
            let dear = PolledResource(
                .auto, pace(perHour: 10, requests: 100), sincePoll: sincePoll, underWay: underWay)
            let allowance = PollAllowance(perDay: 1_000, ceilings: ceilings)
            return PollSchedule([cheap, dear], allowance: allowance, wasStretched: false, at: start).requestsPerDay
        }
        #expect((950...1_050).contains(perDay(sincePoll: .minutes(10))))
        #expect(perDay(sincePoll: .minutes(10), underWay: 10) < 250)
    }

    @Test("Few polls teach enough not to spend more than the day has", arguments: [10, 30, 120])
    func firstHour(minutes: Int) {
        let resources = [2_000.0, 200, 60, 20].map { perDay in
            var pace = ResourcePace()
            for minute in 0..<minutes {
                let from = start + .minutes(minute)
                pace.polled(perDay / 1_440, requests: 1, from: from, to: from + .minutes(1))
            }
            return PolledResource(.auto, pace)
        }
        let schedule = PollSchedule(
            resources, allowance: PollAllowance(perDay: 16_000), wasStretched: false, at: start + .minutes(minutes))
        #expect((13_000...17_500).contains(schedule.requestsPerDay))
    }

    @Test("An interval that is never meant to end, stretched by a budget of nothing, is a long one")
    func endless() {
        for interval in [Duration.minutes(1), .minutes(999_999_999)] {
            let schedule = schedule(
                [(.every(interval), ResourcePace()), (.every(.minutes(1)), ResourcePace())], perDay: 0)
            #expect(schedule.entries.allSatisfy { $0.interval > .days(300) })
        }
    }

    @Test("Where there are more resources than requests, the day is planned all the same")
    func many() {
        let schedule = schedule(Array(repeating: (.auto, ResourcePace()), count: 100), perDay: 80)
        #expect((70...80.1).contains(schedule.requestsPerDay))
    }

    @Test("What the per-second limit forbids is stretched before the day runs short")
    func perSecond() {
        let twenty = Array(repeating: PolledResource(.every(.seconds(10)), ResourcePace()), count: 20)
        let allowance = PollAllowance(perDay: 1_000_000, isDrained: false, perSecond: 0.75)
        let schedule = PollSchedule(twenty, allowance: allowance, wasStretched: false, at: start)
        #expect(schedule.entries.allSatisfy { $0.isStretched && abs($0.interval.inSeconds - 26.7) < 0.1 })
    }

    @Test("A single long poll says nothing of what the others cost")
    func bulk() {
        var resources = Array(repeating: PolledResource(.every(.minutes(15)), pace(perHour: 1)), count: 4)
        resources[0].underWay = 100
        let schedule = PollSchedule(
            resources, allowance: PollAllowance(perDay: 720), wasStretched: false, at: start)
        #expect(schedule.entries.allSatisfy { !$0.isStretched })
        var pace = ResourcePace()
        pace.polled(5, requests: 100, from: nil, to: start)
        #expect(pace.requestsPerPoll == 1)
    }

    @Test("Nothing is asked more than once a second, however large the quota")
    func shortest() {
        let schedule = schedule([(.auto, pace(perHour: 1_000_000))], perDay: 1e9)
        #expect(schedule.entries[0].interval >= .seconds(1))
    }

    @Test("What was learned is the same after it was remembered")
    func remembered() {
        let pace = pace(perHour: 33, requests: 3)
        #expect(ResourcePace(pace.memory) == pace)
    }
}
