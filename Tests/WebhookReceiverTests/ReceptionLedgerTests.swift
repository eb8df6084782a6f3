// What the receiver claims of a sender.

import Testing

@testable import WebhookReceiver

@Suite("ReceptionLedger")
struct ReceptionLedgerTests {
    private func ledger(accepting requests: [ReceivedRequest]) -> ReceptionLedger {
        var ledger = ReceptionLedger()
        for request in requests {
            ledger.begin(request)
            _ = ledger.end(request, .accepted(status: 200))
        }
        return ledger
    }

    @Test("an id accepted before is a duplicate; one that was only refused before is not")
    func duplicates() {
        var ledger = ReceptionLedger()
        for (number, outcome) in [ReceivedExchange.Outcome.refused(status: 503), .accepted(status: 200)].enumerated() {
            let request = ReceivedRequest.made(1, number: number + 1)
            ledger.begin(request)
            #expect(!ledger.end(request, outcome).isDuplicate)
        }
        let again = ReceivedRequest.made(1, number: 3)
        ledger.begin(again)
        #expect(ledger.end(again, .accepted(status: 200)).isDuplicate)
        let summary = ledger.summary
        #expect(summary.requests == 3)
        #expect(summary.accepted == 2)
        #expect(summary.distinct == 1)
        #expect(summary.duplicates == 1)
        #expect(summary.failed == 1)
        #expect(summary.inFlight == 0)
    }

    @Test("the same id with other bytes is an altered body, accepted or not")
    func alteredBodies() {
        let same = [ReceivedRequest.made(1, number: 1), .made(1, number: 2)]
        #expect(ledger(accepting: same).summary.alteredBodies == 0)
        let altered = [ReceivedRequest.made(1, number: 1), .made(1, number: 2, changes: "[]")]
        #expect(ledger(accepting: altered).summary.alteredBodies == 1)
    }

    @Test("an event after a later one of its record is out of order; of another record, or a duplicate, it is not")
    func order() {
        let right: [ReceivedRequest] = [
            .made(2, number: 1, record: "7"), .made(1, number: 2, record: "8"), .made(3, number: 3, record: "7"),
            .made(2, number: 4, record: "7"),
        ]
        #expect(ledger(accepting: right).summary.outOfOrder == 0)
        let wrong: [ReceivedRequest] = [.made(2, number: 1, record: "7"), .made(1, number: 2, record: "7")]
        #expect(ledger(accepting: wrong).summary.outOfOrder == 1)
    }

    @Test("a record of one account is none of another's, whatever its id", arguments: [("acme", 1), ("umbrella", 0)])
    func accounts(name: String, expected: Int) {
        let (first, second) = (
            ReceivedRequest.made(2, number: 1, account: "acme"),
            ReceivedRequest.made(1, number: 2, id: "evt_other", account: name)
        )
        #expect(ledger(accepting: [first, second]).summary.outOfOrder == expected)
        var both = ReceptionLedger()
        for request in [first, second] { both.begin(request) }
        for request in [first, second] { _ = both.end(request, .accepted(status: 200)) }
        #expect(both.summary.overlaps == expected)
    }

    @Test("gaps in the sequence are named until they are filled")
    func gaps() {
        let some = [3, 1, 7].enumerated().map { ReceivedRequest.made($1, number: $0 + 1, record: "\($1)") }
        #expect(ledger(accepting: some).summary.sequences.gaps == [2...2, 4...6])
        let all = [3, 1, 7, 2, 5, 4, 6].enumerated().map { ReceivedRequest.made($1, number: $0 + 1, record: "\($1)") }
        #expect(ledger(accepting: all).summary.sequences.gaps.isEmpty)
    }

    @Test("gaps are those of each account, where accounts are named")
    func gapsOfAccounts() {
        let some = [(1, "acme"), (1, "wayne"), (2, "wayne"), (3, "acme")].enumerated().map { number, event in
            ReceivedRequest.made(event.0, number: number + 1, id: "evt_\(number)", account: event.1)
        }
        let summary = ledger(accepting: some).summary
        #expect(summary.sequences.ranges.isEmpty)
        #expect(summary.sequencesOfAccounts["acme"]?.gaps == [2...2])
        #expect(summary.report.hasSuffix("acme: sequence 1 to 3, missing 2\nwayne: sequence 1 to 2, without a gap\n"))
    }

    @Test("what an endpoint gets of all that was detected has no gap where its own numbers have none")
    func filtered() {
        let some = [3, 9, 17].enumerated().map {
            ReceivedRequest.made($1, number: $0 + 1, record: "\($1)", endpointSequence: $0 + 1)
        }
        #expect(ledger(accepting: some).summary.sequences.ranges == [1...3])
    }

    @Test("requests of one record overlap, unless the first was given up by its sender")
    func overlaps() {
        for (outcome, expected) in [
            (ReceivedExchange.Outcome.accepted(status: 200), 1), (.refused(status: 500), 1), (.abandoned, 0),
        ] {
            var ledger = ReceptionLedger()
            let (first, second) = (ReceivedRequest.made(1, number: 1), ReceivedRequest.made(2, number: 2))
            let other = ReceivedRequest.made(3, number: 3, record: "8")
            for request in [first, second, other] { ledger.begin(request) }
            _ = ledger.end(first, outcome)
            for request in [second, other] { _ = ledger.end(request, .accepted(status: 200)) }
            #expect(ledger.summary.overlaps == expected)
            #expect(ledger.summary.mostInFlight == 3)
        }
    }
}
