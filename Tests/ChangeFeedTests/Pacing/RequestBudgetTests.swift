import ChangeFeed
import Testing

@Suite("RequestBudget")
struct RequestBudgetTests: BudgetFixture {
    @Test("At most four requests are in flight")
    func inFlight() {
        var budget = budget()
        var now = start
        for _ in 0..<4 {
            #expect(budget.request(.poll, at: now) == .granted)
            now = now + .seconds(1)
        }
        #expect(budget.request(.poll, at: now) == .wait(until: nil, .inFlight))
        budget.settle(answer(200), of: contacts, at: now, jitter: 0)
        #expect(budget.request(.poll, at: now) == .granted)
    }

    @Test("Own requests of any 24 hours stay within the share of the day's limit")
    func share() {
        var budget = budget(share: 0.3)
        let times = sent(&budget, for: .days(3)) { _ in 1_000 }
        for (index, time) in times.enumerated() {
            #expect(times[...index].count { time - $0 < .hours(24) } <= 300)
        }
        #expect(times.count >= 600)
    }

    @Test("A configured limit stands in for the one the API names")
    func configuredLimit() {
        var budget = budget(share: 0.5, daily: 40)
        #expect(sent(&budget, for: .hours(20)) { _ in 1_000 }.count == 20)
    }

    @Test("The last 5 % of the instance's day is never taken")
    func reserve() {
        var budget = budget(share: 1)
        // The day never starts anew here; every request takes one from what remains.
        let times = sent(&budget, for: .hours(23)) { 200 - $0 }
        #expect(200 - times.count >= 50)
        #expect(times.count > 100)
    }

    @Test("An answer that was overtaken does not make more of what remains than there is")
    func overtaken() {
        var budget = RequestBudget(terms: .init(requestsPerSecond: 100, quotaShare: 1), at: start)
        for index in 0..<4 { #expect(budget.request(.poll, at: start + .milliseconds(500 * index)) == .granted) }
        let later = start + .seconds(3)
        // Sent first, and answered last: 8 of 100 remained then, and 5 after the others.
        for remaining in [5, 6, 7, 8] {
            budget.settle(answer(200, remaining: remaining, limit: 100), of: contacts, at: later, jitter: 0)
        }
        guard case .wait(_, .reserve) = budget.request(.poll, at: later + .seconds(5)) else {
            Issue.record("the reserve was taken")
            return
        }
    }

    @Test("A new day is found out within an hour and a few requests")
    func newDay() {
        var budget = budget(share: 1)
        var now = start
        var looks = 0
        let reset = start + .hours(3)
        var resumed: Instant?
        while now < start + .hours(6), resumed == nil {
            switch budget.request(.poll, at: now) {
            case .granted:
                if now >= reset { resumed = now } else { looks += 1 }
                budget.settle(answer(200, remaining: now >= reset ? 1_000 : 61), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = until ?? now + .hours(10)
            }
        }
        #expect(looks <= 5)
        #expect(resumed.map { $0 - reset <= .hours(1) } == true)
    }

    @Test("What was used and seen before a restart still counts")
    func memory() {
        var first = budget(share: 0.3)
        let used = sent(&first, for: .hours(23)) { _ in 1_000 }.count
        #expect(used == 300)
        let later = start + .hours(23)
        var second = RequestBudget(terms: first.terms, memory: first.memory, at: later)
        guard case .wait(_, .share) = second.request(.poll, at: later) else {
            Issue.record("the share was forgotten")
            return
        }
        #expect(second.used(at: later) == 300)
    }

    @Test("Polls are let through while a long baseline has used up what may be spent at once")
    func pollsBesideBaseline() {
        var budget = budget(share: 0.8)
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(200, remaining: 999, limit: 1_000), of: contacts, at: start, jitter: 0)
        var now = start
        while now < start + .minutes(10) {
            guard case .wait(let until, let reason) = budget.request(.baseline, at: now) else {
                budget.settle(answer(200, remaining: 900, limit: 1_000), of: contacts, at: now, jitter: 0)
                continue
            }
            if reason == .spread { break }
            now = until ?? now
        }
        #expect(budget.request(.baseline, at: now + .seconds(1)) != .granted)
        #expect(budget.request(.poll, at: now + .seconds(1)) == .granted)
    }

    @Test("What others use is left to them, and given back when they stop", arguments: [true, false])
    func others(midnight: Bool) {
        var budget = budget(share: 0.8)
        let (limit, step) = (1_000, Duration.minutes(4))
        // Others make two requests in each step, until they stop after two days; the limit counts a day, or any 24 hours.
        var log: [Instant] = []
        var (now, besideOthers, late) = (Instant(secondsSince1970: 1_764_028_800), 0, 0)
        let begin = now
        var oldest = 0
        while now < begin + .days(4) {
            if now < begin + .days(2) { log += [now, now] }
            // On the first day little is asked for, and how much others need is learned.
            let isQuiet = now < begin + .days(1) && (now - begin).microseconds % Duration.hours(1).microseconds != 0
            if !isQuiet, budget.request(.poll, at: now) == .granted {
                log.append(now)
                let from = midnight ? begin + .days(Int((now - begin).inSeconds / 86_400)) : now - .hours(24)
                while log[oldest] < from { oldest += 1 }
                let remaining = limit - (log.count - oldest)
                if now >= begin + .days(1), now < begin + .days(2) { besideOthers += 1 }
                budget.settle(answer(200, remaining: max(0, remaining), limit: limit), of: contacts, at: now, jitter: 0)
                if now >= begin + .days(3) { late += 1 }
            }
            now = now + step
        }
        // They make 720 a day, the last 50 are nobody's, and once an hour one finds out whether they have stopped.
        #expect((100...254).contains(besideOthers))
        // Asked for every four minutes: 360 in a day.
        #expect(late >= 300)
    }

    @Test("Where others were seen to use up the day, one request an hour finds out whether they still do")
    func othersOfYesterday() {
        let bucket = QuotaLedger.bucket(of: start - .hours(10))
        let memory = RequestBudget.Memory(
            ledger: QuotaLedger(buckets: [bucket: [.poll: 300]], others: [bucket: 700]),
            observation: QuotaObservation(limit: 1_000, remaining: 990, observedAt: start - .minutes(10)))
        var budget = budget(memory: memory)
        #expect(budget.allowance(at: start) == 250)
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(200, remaining: 989), of: contacts, at: start, jitter: 0)
        #expect(budget.request(.poll, at: start + .minutes(1)) == .wait(until: start + .hours(1), .leftToOthers))
        #expect(budget.request(.poll, at: start + .hours(1)) == .granted)
    }

    @Test("What a process that was killed had in flight may arrive late, and no second has too many all the same")
    func lateArrivals() {
        let died = start - .milliseconds(100)
        var budget = budget(memory: RequestBudget.Memory(lastDeparture: died))
        var arrivals: [Instant] = []
        var now = start
        while now < start + .seconds(8) {
            switch budget.request(.poll, at: now) {
            case .granted:
                arrivals.append(now)
                budget.settle(answer(200), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = until ?? now + .milliseconds(100)
            }
        }
        // All four of them, at whatever moment of three seconds.
        let most = (0..<30).map { tenth in
            let times = (arrivals + Array(repeating: died + .milliseconds(100 * tenth), count: 4)).sorted()
            return times.map { first in times.count { $0 >= first && $0 - first < .seconds(1) } }.max() ?? 0
        }
        #expect(most.allSatisfy { $0 <= 5 }, "\(most)")
        #expect(arrivals.count > 15)
    }

    @Test("Counts take no more than half of what polls leave, so that what they find is confirmed")
    func counts() {
        for (used, spacing) in [(59, Duration.zero), (60, .seconds(5_760)), (120, .seconds(5_760))] {
            var ledger = QuotaLedger()
            for _ in 0..<used { ledger.count(.count, at: start - .hours(3)) }
            var budget = budget(daily: 1_000, memory: .init(ledger: ledger))
            budget.pollsPerDay = 680
            // Of 800, 120 are left.
            #expect(budget.countSpacing(among: 4, at: start) == spacing)
        }
    }

    @Test("The smallest day has a request for what is no poll")
    func tiny() {
        for (daily, besides) in [(10, 1), (1, 1), (0, 0)] {
            var budget = budget(share: 1, daily: daily)
            budget.pollsPerDay = 100
            #expect(budget.allowanceBesidePolls(at: start) == besides)
        }
    }

    @Test("What the API is said to have answered in the future counts as said now")
    func future() {
        let observation = QuotaObservation(limit: 1_000, remaining: 40, observedAt: start + .hours(20))
        let budget = budget(memory: .init(observation: observation))
        #expect(budget.memory.observation?.observedAt == start)
    }

    @Test("A long poll leaves what polls of others need until requests of yesterday stop to count")
    func longPoll() {
        var ledger = QuotaLedger()
        for _ in 0..<900 { ledger.count(.poll, at: start - .hours(12)) }
        var budget = budget(share: 1, daily: 1_000, memory: .init(ledger: ledger))
        budget.pollsBegunPerDay = 120
        func granted(pagesBefore: Int, at now: Instant) -> Bool {
            let grant = budget.request(.poll, pagesBefore: pagesBefore, at: now)
            if grant == .granted { budget.settle(answer(200), of: contacts, at: now, jitter: 0) }
            return grant == .granted
        }
        var (now, pages) = (start, 0)
        while granted(pagesBefore: 10 + pages, at: now) {
            pages += 1
            now = now + .minutes(2)
        }
        // Of 100, sixty are for the twelve hours until something stops to count; almost two of them pass meanwhile.
        #expect((44...52).contains(pages))
        #expect(granted(pagesBefore: 0, at: now))
        // A plan of far more polls than the day has room for keeps no poll from its end.
        var early = self.budget(share: 1, daily: 1_000)
        early.pollsBegunPerDay = 1e6
        #expect(early.request(.poll, pagesBefore: 50, at: start) == .granted)
        #expect(granted(pagesBefore: 1, at: now + .minutes(2)))
    }
}
