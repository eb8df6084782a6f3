// How much the simulated service takes.

import SimulatedWorld
import ArgumentParser
import ChangeFeed
import Simulator

struct LimitOptions: ParsableArguments {
    @Option(help: "Requests in a window of one second; 0 for no limit.")
    var requestsPerSecond = 10

    @Option(help: "Requests at the same time; 0 for no limit.")
    var concurrentRequests = 0

    @Option(help: "Requests a day.")
    var dailyLimit = 100_000

    @Option(help: "When the day begins anew: \(RequestLimits.DayReset.allValueStrings.joined(separator: " or ")).")
    var dailyReset = RequestLimits.DayReset.midnightUTC

    @Flag(help: "Count refused requests against the day.")
    var countRefusals = false

    @Flag(help: "Answer 429 without Retry-After.")
    var noRetryAfter = false

    func validate() throws {
        guard requestsPerSecond >= 0, concurrentRequests >= 0, dailyLimit >= 0 else {
            throw ValidationError("A limit cannot be negative.")
        }
    }

    var limits: RequestLimits {
        var limits = RequestLimits()
        limits.perSecond = requestsPerSecond == 0 ? nil : requestsPerSecond
        limits.concurrent = concurrentRequests == 0 ? nil : concurrentRequests
        limits.perDay = dailyLimit
        limits.dayReset = dailyReset
        limits.countsRefusals = countRefusals
        limits.sendsRetryAfter = !noRetryAfter
        return limits
    }
}

extension RequestLimits.DayReset: ExpressibleByArgument {}
