// What goes wrong between a server and its clients, each at a rate of its own, decided by the seed.

import ChangeFeed

package enum Fault: String, Sendable, CaseIterable {
    case serverError = "server-error"
    /// 502 with a page for people.
    case errorPage = "error-page"
    /// 200 with a page for people, as a maintenance notice comes.
    case maintenancePage = "maintenance-page"
    /// 429 without a reason, and without `Retry-After`.
    case tooManyRequests = "too-many-requests"
    case reset
    case truncated
    /// A whole answer that is not JSON to its end.
    case malformed
    case slow
    case brokenCompression = "broken-compression"
    /// A good answer whose `Date` is a day ahead.
    case wrongDate = "wrong-date"
    /// 429 that asks to be left alone for ten years.
    case longPause = "long-pause"

    /// Not among those of `mixed`: nothing shows the one, and the other ends everything for an hour.
    static let apart: Set<Fault> = [.wrongDate, .longPause]
}

package struct Faults: Sendable, Equatable {
    /// The share of requests that each fault strikes, 0 … 1; at most one strikes a request.
    package var rates: [Fault: Double]
    /// How long a slow answer takes.
    package var slowness: Duration

    package init(_ rates: [Fault: Double] = [:], slowness: Duration = .seconds(3)) {
        self.rates = rates
        self.slowness = slowness
    }

    package static let none = Faults()

    /// Every fault alike but those apart, this share of requests in all.
    package static func mixed(_ share: Double, slowness: Duration = .seconds(3)) -> Faults {
        let faults = Fault.allCases.filter { !Fault.apart.contains($0) }
        let each = share / Double(faults.count)
        return Faults(Dictionary(uniqueKeysWithValues: faults.map { ($0, each) }), slowness: slowness)
    }

    /// Takes exactly one draw, so that the rates do not change what later requests meet.
    func strike(_ generator: inout SeededGenerator) -> Fault? {
        var ticket = generator.fraction()
        return Fault.allCases.first { fault in
            ticket -= rates[fault] ?? 0
            return ticket < 0
        }
    }

    /// What the fault makes of a good answer. Where to cut takes one draw.
    func strike(_ fault: Fault, _ answer: SimulatedAnswer, _ generator: inout SeededGenerator) -> SimulatedAnswer {
        let cut = generator.below(max(1, answer.body.count))
        var struck = answer
        switch fault {
        case .serverError:
            struck = .message(500, "An error has occurred.")
        case .errorPage:
            struck = .html(502, title: "502 - Web server received an invalid response")
        case .maintenancePage:
            struck = .html(200, title: "We will be back soon")
        case .tooManyRequests:
            struck = .message(429, "Too many requests.")
        case .reset:
            struck.transport = .reset
        case .truncated:
            struck.transport = .truncated(afterBytes: cut)
        case .malformed:
            struck.body = Array(answer.body.prefix(cut))
        case .slow:
            struck.delay = slowness
        case .brokenCompression:
            struck.transport = .brokenCompression
        case .wrongDate:
            struck.dateAhead = .hours(24)
        case .longPause:
            struck = .message(
                429, "API calls quota exceeded!", headers: [HeaderField("Retry-After", String(10 * 365 * 86_400))])
        }
        return struck
    }
}
