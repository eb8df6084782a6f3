// What polls have taught of a resource, as it stands in its column.

import ChangeFeed
import EventStore

package struct StoredPace: StoredForm {
    private struct Window: Codable {
        var changes: Double
        var seconds: Double

        init(_ window: ChangeRate.Window) {
            (changes, seconds) = (window.changes, window.seconds)
        }

        var value: ChangeRate.Window { ChangeRate.Window(changes: changes, seconds: seconds) }
    }

    private struct Rate: Codable {
        var days: Window
        var hoursOfDay: [Window]
        var hours: Window
        var minutes: Window
        var trust: [Double]
    }

    private struct Claims: Codable {
        var sums: [Double]
        var seconds: [Double]
    }

    private var requestsPerPoll: Double
    private var polls: Int
    private var rate: Rate
    private var claims: Claims

    package init(_ pace: ResourcePace) {
        let memory = pace.memory
        (requestsPerPoll, polls) = (memory.requestsPerPoll, memory.polls)
        rate = Rate(
            days: Window(memory.rate.days), hoursOfDay: memory.rate.hoursOfDay.map(Window.init),
            hours: Window(memory.rate.hours), minutes: Window(memory.rate.minutes), trust: memory.rate.trust)
        claims = Claims(sums: memory.claims.sums, seconds: memory.claims.seconds)
    }

    package var value: ResourcePace? {
        let rate = ChangeRate.Memory(
            days: rate.days.value, hoursOfDay: rate.hoursOfDay.map(\.value), hours: rate.hours.value,
            minutes: rate.minutes.value, trust: rate.trust)
        return ResourcePace(
            ResourcePace.Memory(
                requestsPerPoll: requestsPerPoll, polls: polls, rate: rate,
                claims: HourlyMean.Memory(sums: claims.sums, seconds: claims.seconds)))
    }
}
