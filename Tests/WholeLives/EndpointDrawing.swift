// The draw of an endpoint: what it is to get and how, and what its receiver makes of that.

import ChangeFeed
import ChangeOracle
import SimulatedWorld

extension EndpointScenario {
    /// - Parameters:
    ///   - purpose: of a stream of its own.
    ///   - isAlone: whether the life has no other.
    static func drawn(
        name: String, among accounts: [AccountScenario], from seed: UInt64, purpose: UInt64, isAlone: Bool
    ) -> EndpointScenario {
        var random = SeededGenerator(seed: seed, purpose: purpose)
        var endpoint = EndpointScenario(name: name)
        endpoint.redrawTerms(accounts, &random)
        endpoint.concurrency = random.element(of: [1, 2, 4, 4, 16])
        if random.chance(isAlone ? 0.7 : 0.5) { endpoint.refusals = 0.2 }
        if random.chance(0.2) {
            let begin = Duration.minutes(random.within(1...10))
            endpoint.outage = begin..<(begin + .minutes(random.within(2...20)))
        }
        if random.chance(0.15) { endpoint.requestsPerSecond = random.element(of: [0.5, 2, 20]) }
        return endpoint
    }

    /// What it gets, in which order, and how often it is tried.
    mutating func redrawTerms(_ accounts: [AccountScenario], _ random: inout SeededGenerator) {
        (terms, schedule) = (EndpointTerms(), .standard)
        drawFilter(accounts, &random)
        drawOrder(&random)
        drawSchedule(&random)
    }

    private mutating func drawFilter(_ accounts: [AccountScenario], _ random: inout SeededGenerator) {
        guard random.chance(0.5) else { return }
        if random.chance(0.4) {
            terms.wanted.types = random.element(of: [
                ["*.updated"], ["*.created", "*.deleted"], ["contact.*", "*.updated"], ["lead.*"], ["*"],
                ["Fruit__c.*"],
            ])
        }
        let polled = accounts.flatMap(\.polled)
        if random.chance(0.4) {
            terms.wanted.resources = Array(
                random.shuffled(polled.map(\.rawValue)).prefix(random.within(1...2)))
        }
        if random.chance(0.5) {
            terms.wanted.fields = random.element(of: [
                [.init("OWNER_USER_ID", (1_500_301...1_500_306).map(String.init))],
                [.init("/OWNER_USER_ID", (1_500_304...1_500_312).map { "\($0).0" })],
                [.init("EMAIL_OPTED_OUT", ["false"])], [.init("SALUTATION", ["null", "\"Ms\""])],
                [
                    .init("/CUSTOMFIELDS/\(AccountScenario.layoutField)", ["null"]),
                    .init("OWNER_USER_ID", (1_500_301...1_500_309).map(String.init)),
                ],
            ])
        }
    }

    private mutating func drawOrder(_ random: inout SeededGenerator) {
        terms.coalesces = random.chance(0.25)
        if !terms.coalesces, random.chance(0.3) { terms.order = random.element(of: [.endpoint, .none]) }
    }

    private mutating func drawSchedule(_ random: inout SeededGenerator) {
        guard random.chance(0.3) else { return }
        schedule = RetrySchedule(
            waits: random.element(of: [
                [], [.seconds(1)], [.seconds(5), .seconds(30)],
                [.milliseconds(200), .seconds(2), .minutes(1), .minutes(4)],
            ]))
        terms.attempts = schedule.waits.count + 1
    }

    /// A receiver that does not take one kind of event. What delays events by itself, it does without: no other wait is to
    /// be explained.
    mutating func drawDislike(_ random: inout SeededGenerator) {
        let (verdict, duration): (AttemptOutcome.Verdict, Duration) = random.element(of: [
            (.answered(status: 413), .milliseconds(5)), (.answered(status: 500), .milliseconds(5)),
            (.failed(.timeout), .seconds(15)), (.failed(.reset), .milliseconds(5)),
        ])
        dislike = Dislike(
            kind: random.element(of: [.created, .updated, .deleted]), verdict: verdict, duration: duration)
        (outage, refusals, requestsPerSecond, concurrency) = (nil, 0, nil, 4)
        (terms.order, terms.coalesces) = (.record, false)
    }
}
