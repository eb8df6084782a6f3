// How often a resource changes, learned from what polls find: several forecasts, trusted as far as they came true.

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Changes a second of one resource, as they are to be expected now.
///
/// Four forecasts watch the same polls: the last days, the same hour of earlier days, the last hours, the last minutes.
/// Each leans on the slower one before it where it has seen little. Which of them is right is itself learned: after each
/// poll, those that foretold what it found gain trust. A steady resource is so known as well as days allow, a burst is
/// followed within a poll or two, and working hours are known on the second day.
package struct ChangeRate: Sendable, Equatable {
    /// Changes, and the seconds in which they were found, both forgotten at the same pace.
    package struct Window: Sendable, Equatable {
        package var changes: Double
        package var seconds: Double

        package init(changes: Double = 0, seconds: Double = 0) {
            self.changes = changes
            self.seconds = seconds
        }

        /// - Parameter memory: seconds after which about a third is left.
        mutating func add(changes found: Double, over duration: Double, memory: Double) {
            let kept = exp(-duration / memory)
            // What came evenly over the time is forgotten evenly too.
            let weight = memory * (1 - kept)
            changes = changes * kept + found / duration * weight
            seconds = seconds * kept + weight
        }

        /// Changes a second, where so many changes at the `expected` rate are taken as seen before.
        func rate(leaningOn expected: Double, by prior: Double) -> Double {
            (changes + prior) / (seconds + prior / expected)
        }
    }

    /// All that there is to it.
    package struct Memory: Sendable, Equatable {
        package var days: Window
        /// Of each hour of the day, by UTC.
        package var hoursOfDay: [Window]
        package var hours: Window
        package var minutes: Window
        package var trust: [Double]

        package init(days: Window, hoursOfDay: [Window], hours: Window, minutes: Window, trust: [Double]) {
            self.days = days
            self.hoursOfDay = hoursOfDay
            self.hours = hours
            self.minutes = minutes
            self.trust = trust
        }
    }

    private var days = Window()
    private var hoursOfDay = Array(repeating: Window(), count: 24)
    private var hours = Window()
    private var minutes = Window()
    /// Of the four forecasts, in the order of `forecasts`; sums to 1.
    private var trust = Array(repeating: 0.25, count: 4)

    package init() {}

    /// As another process left it; nil where no process can have.
    init?(_ memory: Memory) {
        let windows = memory.hoursOfDay + [memory.days, memory.hours, memory.minutes]
        guard memory.hoursOfDay.count == 24, memory.trust.count == 4,
            memory.trust.allSatisfy({ (0...1).contains($0) }),
            windows.allSatisfy({ $0.changes.isFinite && $0.changes >= 0 && $0.seconds.isFinite && $0.seconds >= 0 })
        else { return nil }
        (days, hoursOfDay, hours, minutes) = (memory.days, memory.hoursOfDay, memory.hours, memory.minutes)
        trust = memory.trust
    }

    var memory: Memory {
        Memory(days: days, hoursOfDay: hoursOfDay, hours: hours, minutes: minutes, trust: trust)
    }

    /// Changes a second of the last days, at whatever hour.
    package var perSecondOverDays: Double { days.rate(leaningOn: Self.unknownResource, by: 0.5) }

    var hasLearned: Bool { days.seconds > 0 }

    /// Changes a second to be expected at a time.
    package func perSecond(at now: Instant) -> Double {
        zip(forecasts(at: now), trust).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// A poll found so many changes since the one before it.
    ///
    /// - Parameter changes: an estimate, where a record may have changed more than once.
    package mutating func found(_ changes: Double, from last: Instant, to now: Instant) {
        let duration = (now - last).inSeconds
        guard duration > 0 else { return }
        weigh(changes, over: duration, at: now)
        days.add(changes: changes, over: duration, memory: Self.daysRemembered)
        hours.add(changes: changes, over: duration, memory: Self.hoursRemembered)
        minutes.add(changes: changes, over: duration, memory: Self.minutesRemembered)
        for (hour, part) in Self.hours(from: last, to: now) {
            hoursOfDay[hour].add(
                changes: changes * part / duration, over: part, memory: Self.visitsRemembered)
        }
    }

    private func forecasts(at now: Instant) -> [Double] {
        let ofDays = perSecondOverDays
        let ofHour = hoursOfDay[Self.hour(of: now)].rate(leaningOn: ofDays, by: 2)
        let ofHours = hours.rate(leaningOn: ofHour, by: 1)
        return [ofDays, ofHour, ofHours, minutes.rate(leaningOn: ofHours, by: 1)]
    }

    /// Bayes' rule, with changes that come one by one; what is trusted little now is still asked again later.
    private mutating func weigh(_ changes: Double, over duration: Double, at now: Instant) {
        let scores = forecasts(at: now).map { changes * log($0 * duration) - $0 * duration }
        let best = scores.max() ?? 0
        // A single poll, of changes that came all at once, shall not decide everything.
        var weights = zip(trust, scores).map { $0 * exp(max(-Self.mostDecisive, ($1 - best) / 2)) }
        let sum = weights.reduce(0, +)
        let forgotten = 1 - exp(-duration / Self.trustRemembered)
        weights = weights.map { $0 / sum * (1 - forgotten) + forgotten / Double(weights.count) }
        trust = weights
    }

    private static let daysRemembered = 3 * 86_400.0
    private static let hoursRemembered = 2 * 3_600.0
    private static let minutesRemembered = 600.0
    /// Of one hour of the day, four visits.
    private static let visitsRemembered = 4 * 3_600.0
    private static let trustRemembered = 3 * 3_600.0
    private static let mostDecisive = 4.0
    /// A change in ten minutes: what is thought of a resource before its first poll. It counts for half a change, so that
    /// after a day without any one in two days is expected.
    private static let unknownResource = 1 / 600.0

    package static func hour(of instant: Instant) -> Int {
        Int(((instant.secondsSince1970 / 3_600) % 24 + 24) % 24)
    }

    /// The hours of the day that a time touches, with the seconds in each; of more than a day, the last one.
    static func hours(from first: Instant, to last: Instant) -> [(hour: Int, seconds: Double)] {
        var parts: [(Int, Double)] = []
        var from = max(first, last - .hours(24))
        while from < last {
            let next = min(last, Instant(secondsSince1970: (from.secondsSince1970 / 3_600 + 1) * 3_600))
            parts.append((hour(of: from), (next - from).inSeconds))
            from = next
        }
        return parts
    }
}

extension ChangeRate {
    /// How many changes there were, where a poll shows only which records changed at least once.
    ///
    /// - Parameters:
    ///   - records: that changed since the last poll.
    ///   - known: of the resource in all.
    /// - Returns: the estimate of Cho and Garcia-Molina, "Estimating frequency of change" (2003), which has next to no bias
    ///   where changes meet records at random: of ten records of which ten changed, most changed several times. No more than three times as many as records.
    package static func changes(of records: Int, among known: Int) -> Double {
        let known = Double(max(known, records))
        guard records > 0 else { return 0 }
        let estimate = -(known + 0.5) * log((known - Double(records) + 0.5) / (known + 0.5))
        // All of many at once were not changed at random.
        return min(estimate, 3 * Double(records))
    }
}
