@testable import ChangeFeed
import Testing

@Suite("DeliveryPolicy")
struct DeliveryPolicyTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)
    private let policy = DeliveryPolicy(schedule: .standard)
    private let healthy = EndpointHealth()

    private func outcome(_ status: Int, retryAfter: Duration? = nil) -> AttemptOutcome {
        AttemptOutcome(verdict: .answered(status: status), retryAfter: retryAfter, duration: .zero)
    }

    @Test("Only 2xx is success", arguments: [200, 201, 204, 299])
    func success(status: Int) {
        #expect(
            policy.decide(outcome(status), attempts: 1, health: healthy, at: now, jitter: 0).disposition == .delivered)
    }

    @Test("Everything else is tried again", arguments: [199, 300, 301, 307, 400, 404, 410, 429, 500, 503])
    func failure(status: Int) {
        let decision = policy.decide(outcome(status), attempts: 1, health: healthy, at: now, jitter: 0.5)
        #expect(decision.disposition == .retry(at: now + .seconds(5)))
    }

    @Test("The standard schedule makes twelve attempts in about three days, each wait within 20 % of its length")
    func schedule() {
        let waits: [Duration] = [
            .seconds(5), .seconds(30), .minutes(2), .minutes(5), .minutes(15), .hours(1), .hours(3), .hours(6),
            .hours(12), .hours(24), .hours(26),
        ]
        let failed = AttemptOutcome(verdict: .failed(.timeout), duration: .zero)
        for (index, wait) in waits.enumerated() {
            for (jitter, factor) in [(0.0, 0.8), (0.5, 1.0), (0.999_999, 1.2)] {
                guard
                    case .retry(let at) = policy.decide(
                        failed, attempts: index + 1, health: healthy, at: now, jitter: jitter
                    )
                    .disposition
                else {
                    Issue.record("attempt \(index + 1) was the last")
                    return
                }
                #expect(abs((at - now).inSeconds - wait.inSeconds * factor) <= wait.inSeconds * 0.001)
            }
        }
        #expect(policy.decide(failed, attempts: 12, health: healthy, at: now, jitter: 0.5).disposition == .dead)
    }

    @Test("Retry-After holds the delivery and the whole endpoint, for a day at most")
    func retryAfter() {
        let decision = policy.decide(
            outcome(503, retryAfter: .hours(2)), attempts: 1, health: healthy, at: now, jitter: 0.5)
        #expect(decision == .init(disposition: .retry(at: now + .hours(2)), holdEndpointUntil: now + .hours(2)))
        let forYears = policy.decide(
            outcome(429, retryAfter: .days(4_000)), attempts: 1, health: healthy, at: now, jitter: 0.5)
        #expect(forYears.holdEndpointUntil == now + .hours(24))
    }

    @Test("A Retry-After of an event that is refused for its own sake holds that event alone")
    func retryAfterOfOneEvent() {
        let decision = policy.decide(
            outcome(413, retryAfter: .hours(2)), attempts: 1, health: healthy, at: now, jitter: 0.5)
        #expect(decision == .init(disposition: .retry(at: now + .hours(2)), holdEndpointUntil: nil))
    }

    @Test("A Retry-After shorter than the schedule does not shorten it")
    func shortRetryAfter() {
        let decision = policy.decide(
            outcome(503, retryAfter: .seconds(1)), attempts: 3, health: healthy, at: now, jitter: 0.5)
        #expect(decision.disposition == .retry(at: now + .minutes(2)))
    }

    @Test("An overloaded receiver whose circuit is open is left alone for a minute at least")
    func overload() {
        var broken = EndpointHealth()
        for id in 0..<6 {
            let moment = now - .seconds(id == 5 ? 0 : 6)
            broken.take(
                outcome(503), of: DeliveryTraits(id: Int64(id), type: "lead.updated"), concurrency: 4, begun: moment,
                at: moment)
        }
        let timeout = AttemptOutcome(verdict: .failed(.timeout), duration: .zero)
        for (outcome, health, wait) in [
            (outcome(502), broken, 60), (outcome(504), broken, 60), (timeout, broken, 60), (outcome(500), broken, 5),
            (outcome(502), healthy, 5),
        ] {
            let decision = policy.decide(outcome, attempts: 1, health: health, at: now, jitter: 0.5)
            #expect(decision.disposition == .retry(at: now + .seconds(wait)))
        }
    }

    @Test("A receiver may have one event given up; what a disabled endpoint refuses stays, even after the last attempt")
    func directives() {
        let abort = AttemptOutcome(verdict: .answered(status: 400), directive: .abortMessage, duration: .zero)
        #expect(policy.decide(abort, attempts: 1, health: healthy, at: now, jitter: 0).disposition == .dead)
        var disabled = EndpointHealth()
        disabled.take(
            outcome(410), of: DeliveryTraits(id: 1, type: "lead.updated"), concurrency: 4, begun: now, at: now)
        let last = policy.decide(outcome(410), attempts: 12, health: disabled, at: now, jitter: 0)
        #expect(last.disposition == .retry(at: now))
    }
}
