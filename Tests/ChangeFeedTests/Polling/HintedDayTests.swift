// What hints are worth, and what the worst of them cost, a day at a time.

import ChangeFeed
import SimulatedWorld
import Testing

@Suite("Hints over a day")
struct HintedDayTests {
    /// What came of a day of an account.
    private struct Day {
        var requests = 0
        /// In seconds.
        var mean = 0.0
        var worst = 0.0
    }

    /// A day of four resources in which people save 160 times, after an hour in which nobody does.
    private func day(every interval: Duration, isHinted: Bool) -> Day {
        var account = HintedAccount(resources: 4, interval: interval, limit: 1_000)
        var random = SeededGenerator(seed: 14)
        let begin = HintedAccount.start + .hours(1)
        for second in (0..<160).map({ _ in random.within(0...86_300) }).sorted() {
            account.run(until: begin + .seconds(second))
            account.edit(random.within(0...3), record: random.within(0...19), isHinted: isHinted)
        }
        account.run(until: begin + .hours(24))
        let delays = account.delays.map(\.inSeconds)
        return Day(
            requests: account.requests.count { $0.at >= begin }, mean: delays.reduce(0, +) / Double(delays.count),
            worst: delays.max() ?? 0)
    }

    @Test("Changes arrive sooner with hints than without, at the same number of requests")
    func sooner() {
        let without = day(every: .minutes(15), isHinted: false)
        let with = day(every: .minutes(19), isHinted: true)
        print("without hints: \(without), with hints: \(with)")
        #expect(abs(with.requests - without.requests) * 50 <= without.requests)
        #expect(without.requests < 400)
        #expect(with.mean < 5 && with.worst < 10)
        #expect(without.mean > 300 && without.worst > 800)
    }

    @Test("A flood for an hour costs what polls leave half of, and the polls of others keep their interval")
    func flood() {
        var account = HintedAccount(
            resources: 4, interval: .minutes(5), limit: 20_000, sweepInterval: .hours(24))
        let begin = HintedAccount.start + .hours(1)
        account.run(until: begin)
        for step in 0..<360_000 {
            account.run(until: begin + .milliseconds(10 * step))
            account.hint(0)
        }
        account.run(until: begin + .hours(1))
        // What may be spent at once is a twentieth of 16,000, and it fills by a tenth more than an even part of the day's.
        let left = 16_000 - 4 * 288
        let bound = 16_000 / 20 / 2 + left * 11 / 10 / 24
        let besidePolls = account.requests.count { $0.purpose != .poll && $0.at >= begin }
        let hinted = account.count(.hint, from: begin)
        print("a flood of an hour: \(hinted) hinted polls, \(besidePolls) requests besides polls")
        #expect(hinted > 100)
        #expect(besidePolls <= bound + 4 * 12)
        for resource in 1...3 { expectGrid(account, resource, every: .minutes(5), from: begin) }
        // The flooded one is polled at least as often as ever.
        #expect(longestGap(account, 0, from: begin) <= .minutes(5) + .seconds(1))
    }

    @Test("A flood that never ends leaves room for counts and sweeps, day after day")
    func endlessFlood() {
        var account = HintedAccount(
            resources: 4, interval: .minutes(15), limit: 1_000, sweepInterval: .hours(24))
        for step in 0..<(3 * 24 * 120) {
            account.run(until: HintedAccount.start + .seconds(30 * step))
            account.hint(step % 4)
        }
        let end = account.now
        let lastDay = account.requests.filter { $0.at > end - .hours(24) }
        var spent: [RequestPurpose: Int] = [:]
        for request in lastDay { spent[request.purpose, default: 0] += 1 }
        print("a day of an endless flood: \(spent.map { "\($0.key) \($0.value)" }.sorted())")
        let left = 800 - 4 * 96
        #expect(lastDay.count <= 800)
        #expect(lastDay.count { $0.purpose != .poll } <= left * 9 / 10)
        #expect(spent[.sweep, default: 0] > 0 && spent[.count, default: 0] >= 4)
        for resource in 0...3 { #expect(longestGap(account, resource, from: end - .hours(24)) <= .minutes(16)) }
    }

    private func polls(_ account: HintedAccount, _ resource: Int, from: Instant) -> [Instant] {
        account.requests.filter { $0.resource == resource && $0.at >= from && [.poll, .hint].contains($0.purpose) }
            .map(\.at)
    }

    private func longestGap(_ account: HintedAccount, _ resource: Int, from: Instant) -> Duration {
        let times = polls(account, resource, from: from)
        return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .seconds(86_400)
    }

    private func expectGrid(_ account: HintedAccount, _ resource: Int, every interval: Duration, from: Instant) {
        let times = polls(account, resource, from: from)
        #expect(times.count >= 11)
        for (first, second) in zip(times, times.dropFirst()) {
            #expect(abs((second - first - interval).inSeconds) <= 1, "resource \(resource)")
        }
    }
}
