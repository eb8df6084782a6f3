import ChangeFeed
import Testing

@Suite("RequestBudget")
struct RequestBudgetTests {
    private let start = Instant(secondsSince1970: 1_764_000_000)
    private let contacts = ResourceName("contacts")

    private func answer(_ status: Int, remaining: Int? = nil, limit: Int? = 1_000, retryAfter: Duration? = nil)
        -> APIResult
    {
        var response = APIResponse(status: status, body: [], duration: .zero)
        response.dailyLimit = remaining == nil ? nil : limit
        response.dailyRemaining = remaining
        response.retryAfter = retryAfter
        return .success(response)
    }

    private func budget(share: Double = 0.8, daily: Int? = nil, memory: RequestBudget.Memory = .init()) -> RequestBudget
    {
        RequestBudget(
            terms: .init(requestsPerSecond: 5, quotaShare: share, dailyLimit: daily), memory: memory, at: start)
    }

    /// Sends as soon as it may for a while, every request answered at once by a server that counts the day down.
    private func sent(
        _ budget: inout RequestBudget, for duration: Duration, remaining: (Int) -> Int?
    ) -> [Instant] {
        var now = start
        var sent: [Instant] = []
        while now < start + duration {
            switch budget.request(.poll, at: now) {
            case .granted:
                sent.append(now)
                budget.settle(answer(200, remaining: remaining(sent.count)), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = until ?? start + duration
            }
        }
        return sent
    }

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

    @Test("A 429 holds everything back for as long as it says")
    func retryAfter() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(429, retryAfter: .seconds(30)), of: contacts, at: start, jitter: 0)
        guard case .wait(let until?, .throttled) = budget.request(.poll, at: start + .seconds(1)) else {
            Issue.record("the budget did not wait")
            return
        }
        #expect(until >= start + .seconds(30))
        #expect(budget.request(.poll, at: until) == .granted)
    }

    @Test("429s without Retry-After are waited out longer and longer, and a success ends that")
    func throttleBackoff() {
        var budget = budget()
        var now = start
        var waits: [Duration] = []
        for _ in 0..<4 {
            #expect(budget.request(.poll, at: now) == .granted)
            budget.settle(answer(429), of: contacts, at: now, jitter: 0)
            guard case .wait(let until?, .throttled) = budget.request(.poll, at: now) else { return }
            waits.append(until - now)
            now = until
        }
        #expect(waits == [.seconds(2), .seconds(4), .seconds(8), .seconds(16)])
        #expect(budget.request(.poll, at: now) == .granted)
        budget.settle(answer(200), of: contacts, at: now, jitter: 0)
        #expect(budget.request(.poll, at: now + .seconds(1)) == .granted)
        budget.settle(answer(429), of: contacts, at: now, jitter: 0)
        #expect(budget.request(.poll, at: now) == .wait(until: now + .seconds(2), .throttled))
    }

    @Test("A refused key stops the hammering for minutes")
    func unauthorized() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(401), of: contacts, at: start, jitter: 0)
        #expect(budget.request(.poll, at: start + .minutes(4)) == .wait(until: start + .minutes(5), .unauthorized))
    }

    @Test(
        "Refusals of requests that were in flight together are one failure, not several in a row",
        arguments: [429, 401])
    func inFlightTogether(status: Int) {
        var budget = RequestBudget(terms: .init(requestsPerSecond: 100, quotaShare: 1), at: start)
        for index in 0..<4 { #expect(budget.request(.poll, at: start + .milliseconds(500 * index)) == .granted) }
        let end = start + .seconds(2)
        for _ in 0..<4 { budget.settle(answer(status), of: contacts, at: end, jitter: 0) }
        let pause: Duration = status == 429 ? .seconds(2) : .minutes(5)
        guard case .wait(let until, _) = budget.request(.poll, at: end) else {
            Issue.record("nothing waits")
            return
        }
        #expect(until == end + pause)
    }

    @Test("An API that refuses again and again after the time it named is left alone for longer and longer")
    func untruthfulRetryAfter() {
        var budget = RequestBudget(terms: .init(requestsPerSecond: 100, quotaShare: 1), at: start)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<6 {
            #expect(budget.request(.poll, at: now) == .granted)
            var response = APIResponse(status: 429, body: [], duration: .zero)
            response.retryAfter = .zero
            budget.settle(.success(response), of: contacts, at: now, jitter: 0)
            guard case .wait(let until?, _) = budget.request(.poll, at: now) else { break }
            waits.append(until - now)
            now = until
        }
        #expect(waits.prefix(2) == [.milliseconds(250), .milliseconds(250)])
        #expect(waits.suffix(2) == [.seconds(32), .seconds(64)])
    }

    @Test("A limit without room for one request holds for the day it was said of, not for ever")
    func tinyLimit() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        var response = APIResponse(status: 200, body: [], duration: .zero)
        response.dailyLimit = 1
        response.dailyRemaining = 1
        budget.settle(.success(response), of: contacts, at: start, jitter: 0)
        let later = start + .hours(25)
        guard case .wait(let until?, _) = budget.request(.poll, at: start + .hours(1)) else {
            Issue.record("it waits for nothing, or not at all")
            return
        }
        #expect(until <= later)
        #expect(budget.request(.poll, at: later) == .granted)
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

    @Test(
        "At once no more than a twentieth of the share is spent, then no faster than the day goes by; restarts change nothing"
    )
    func spread() {
        var budget = budget(share: 0.8)
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(200, remaining: 19_999, limit: 20_000), of: contacts, at: start, jitter: 0)
        var (now, times) = (start, [start])
        while now < start + .hours(3) {
            // A process that dies every few minutes.
            if times.count.isMultiple(of: 50) {
                budget = RequestBudget(terms: budget.terms, memory: budget.memory, at: now)
            }
            switch budget.request(.baseline, at: now) {
            case .granted:
                times.append(now)
                budget.settle(
                    answer(200, remaining: 20_000 - times.count, limit: 20_000), of: contacts, at: now, jitter: 0)
            case .wait(let until, _):
                now = max(until ?? now, now + .milliseconds(1))
            }
        }
        // 16,000 a day: 800 at once, and 11 a minute.
        for (index, time) in times.enumerated() {
            let inAnHour = times[...index].count { time - $0 < .hours(1) }
            #expect(Double(inAnHour) <= 800 + 16_000 / 24 * 1.15)
        }
        #expect(times.count > 2_000)
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

    @Test(
        "A 429 whose day is used up is told from one whose second is",
        arguments: [(0, nil), (nil, 3_600), (nil, nil), (500, 2)])
    func dailyThrottle(remaining: Int?, retryAfter: Int?) {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(
            answer(429, remaining: remaining, retryAfter: retryAfter.map { .seconds($0) }), of: contacts, at: start,
            jitter: 0)
        guard case .wait(_, let reason) = budget.request(.poll, at: start + .milliseconds(100)) else {
            Issue.record("it did not wait")
            return
        }
        #expect(reason == (remaining == 0 || retryAfter == 3_600 ? .dayUsedUp : .throttled))
    }

    @Test("After a pause one request tries, and the others follow when it was answered well")
    func oneTries() {
        var budget = budget()
        #expect(budget.request(.poll, at: start) == .granted)
        budget.settle(answer(429), of: contacts, at: start, jitter: 0)
        let later = start + .minutes(1)
        #expect(budget.request(.poll, at: later) == .granted)
        #expect(budget.request(.poll, at: later + .seconds(5)) == .wait(until: nil, .inFlight))
        budget.settle(answer(200), of: contacts, at: later + .seconds(6), jitter: 0)
        #expect(budget.request(.poll, at: later + .seconds(7)) == .granted)
        #expect(budget.request(.poll, at: later + .seconds(8)) == .granted)
    }

    @Test("Errors for several resources, with nothing else between, hold everything; those of one resource do not")
    func serverErrors() {
        let leads = ResourceName("leads")
        for (answers, isHeld) in [
            ([(500, contacts), (502, leads), (500, contacts), (503, leads)], true),
            ([(500, contacts), (502, leads), (200, leads), (500, contacts), (503, leads)], false),
            ([(500, contacts), (502, leads), (404, leads), (500, contacts), (503, leads)], false),
            (Array(repeating: (500, leads), count: 20), false),
        ] {
            var budget = budget()
            var now = start
            for (status, resource) in answers {
                #expect(budget.request(.poll, at: now) == .granted)
                budget.settle(answer(status), of: resource, at: now, jitter: 0)
                now = now + .seconds(1)
            }
            let grant = budget.request(.poll, at: now - .milliseconds(500))
            #expect(grant == (isHeld ? .wait(until: now, .failing) : .granted))
        }
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

    @Test("A pause that the API asked for holds after a restart; a refused key is tried again at once")
    func pauseOutlivesRestart() {
        for (status, isHeld) in [(429, true), (401, false)] {
            var first = budget()
            #expect(first.request(.poll, at: start) == .granted)
            var told = answer(status)
            if case .success(var response) = told {
                response.retryAfter = .hours(3)
                told = .success(response)
            }
            first.settle(told, of: contacts, at: start, jitter: 0)
            let later = start + .minutes(1)
            var second = RequestBudget(terms: first.terms, memory: first.memory, at: later)
            let until = start + .hours(3) + .milliseconds(250)
            #expect(second.request(.poll, at: later) == (isHeld ? .wait(until: until, .throttled) : .granted))
        }
    }

    @Test("A clock that is set back between two processes makes no pause longer")
    func pauseAfterSetback() {
        var first = budget()
        #expect(first.request(.poll, at: start) == .granted)
        var response = APIResponse(status: 429, body: [], duration: .zero)
        response.retryAfter = .seconds(10)
        first.settle(.success(response), of: contacts, at: start, jitter: 0)
        let earlier = start - .minutes(90)
        var second = RequestBudget(terms: first.terms, memory: first.memory, at: earlier)
        guard case .wait(let until?, .throttled) = second.request(.poll, at: earlier) else {
            Issue.record("the pause was forgotten")
            return
        }
        #expect(until <= earlier + .seconds(11))
    }

    @Test("A process that dies after each of its requests does not take the reserve either")
    func crashLoop() {
        var memory = RequestBudget.Memory(
            observation: QuotaObservation(limit: 1_000, remaining: 100, observedAt: start))
        var sent = 0
        for minute in 0..<300 {
            let now = start + .minutes(minute)
            var budget = budget(share: 1, memory: memory)
            if budget.request(.poll, at: now) == .granted { sent += 1 }
            memory = budget.memory
        }
        #expect(sent > 10)
        #expect(sent <= 50)
    }
}
