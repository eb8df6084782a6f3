// How often the resources of a made-up account change, and the least waiting that any schedule could bring it.

import SimulatedWorld

/// Rates of change over a week, hour by hour or finer, known to the judge and not to the daemon.
struct PaceMix {
    struct Resource {
        /// Changes a second in each slice of the week.
        var rates: [Double]
        /// Requests a poll takes.
        var requestsPerPoll: Int

        var changesPerSecond: Double { rates.reduce(0, +) / Double(rates.count) }
    }

    static let days = 7
    /// Seconds in which a rate does not change.
    static let slice = 300.0
    private static let slices = days * 288

    var name: String
    /// Whether what was learned tells the rates of a moment.
    var isForeseeable: Bool { name != "bursts" }
    var resources: [Resource]

    static func all(seed: UInt64) -> [PaceMix] {
        var random = SeededGenerator(seed: seed)
        return [
            PaceMix("even", [500, 500, 500, 500].map { steady($0) }),
            PaceMix("skewed 100:1", [2_000, 200, 60, 20].map { steady($0) }),
            PaceMix("bursts", (0..<4).map { _ in bursts(background: 100, each: 100, a: 4, random: &random) }),
            PaceMix("day and night", [1_000, 500, 300, 200].map(dayAndNight)),
            PaceMix("two silent", [500, 500, 0, 0].map { steady($0) }),
            PaceMix("one 100× as dear", [500, 500, 500].map { steady($0) } + [steady(500, requestsPerPoll: 100)]),
        ]
    }

    private init(_ name: String, _ resources: [Resource]) {
        self.name = name
        self.resources = resources
    }

    private static func steady(_ perDay: Double, requestsPerPoll: Int = 1) -> Resource {
        Resource(rates: Array(repeating: perDay / 86_400, count: slices), requestsPerPoll: requestsPerPoll)
    }

    /// Bursts of half an hour, `each` with so many changes, at any time, a few times a day.
    private static func bursts(
        background: Double, each changes: Double, a day: Int, random: inout SeededGenerator
    ) -> Resource {
        var resource = steady(background)
        for _ in 0..<(day * days) {
            let start = Int.random(in: 0..<(slices - 6), using: &random)
            for slice in start..<(start + 6) { resource.rates[slice] += changes / 1_800 }
        }
        return resource
    }

    /// Ten hours of the day at ten times the rate of the others.
    private static func dayAndNight(_ perDay: Double) -> Resource {
        let night = perDay / (10 * 10 + 14) / 3_600
        var resource = steady(0)
        for slice in 0..<slices {
            let hour = slice % 288 / 12
            resource.rates[slice] = (8..<18).contains(hour) ? 10 * night : night
        }
        return resource
    }

    /// The least mean wait in seconds of intervals that stay, were the mean rates known: T ∝ √(c/λ).
    func leastWaitOfStayingIntervals(requestsPerSecond: Double) -> Double {
        let claims = resources.reduce(0) { $0 + ($1.changesPerSecond * Double($1.requestsPerPoll)).squareRoot() }
        return claims * claims / (2 * requestsPerSecond * resources.reduce(0) { $0 + $1.changesPerSecond })
    }

    /// The same of intervals that move with the rates of each moment, bursts foreseen.
    func leastWait(requestsPerSecond: Double) -> Double {
        let slices = resources[0].rates.indices
        let claims = slices.reduce(0.0) { sum, slice in
            sum + resources.reduce(0) { $0 + ($1.rates[slice] * Double($1.requestsPerPoll)).squareRoot() }
        }
        let mean = claims / Double(slices.count)
        return mean * mean / (2 * requestsPerSecond * resources.reduce(0) { $0 + $1.changesPerSecond })
    }
}
