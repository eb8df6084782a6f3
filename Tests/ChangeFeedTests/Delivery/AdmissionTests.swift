@testable import ChangeFeed
import Testing

@Suite("Admission")
struct AdmissionTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    private func due(_ seconds: [Int], from first: Int64) -> [Admission.Candidate] {
        seconds.enumerated().map { .init(id: first + Int64($0), dueAt: now + .seconds($1)) }
    }

    private let contact = "contact.updated"
    private let lead = "lead.updated"

    @Test(
        "What is likely goes in the order of being due, by turns with what may well fail, which has but its own places")
    func turns() {
        func choice(_ total: Int, _ unlikely: Int, isLikelysTurn: Bool = true) -> [Int64] {
            Admission(total: total, unlikely: unlikely, isLikelysTurn: isLikelysTurn).choice(of: [
                .likely: due([2, 5, 9, 9], from: 1), .doubtful(type: contact): due([6, 1], from: 11),
                .failed(type: contact): due([0, 7], from: 21),
            ])
        }
        #expect(choice(4, 4) == [1, 12, 2, 21])
        #expect(choice(8, 8) == [1, 12, 2, 21, 3, 11, 4, 22])
        #expect(choice(4, 4, isLikelysTurn: false) == [12, 1, 21, 2])
        #expect(choice(4, 1) == [1, 12, 2, 3])
        #expect(choice(4, 0) == [1, 2, 3, 4])
        #expect(choice(1, 1) == [1])
        #expect(choice(1, 1, isLikelysTurn: false) == [12])
    }

    @Test("Where nothing is likely, or nothing else is due, no turn is waited for")
    func nothingElse() {
        let likely = Admission(total: 2, unlikely: 1, isLikelysTurn: false)
        #expect(likely.choice(of: [.likely: due([1, 2, 3], from: 1)]) == [1, 2])
        let failed = Admission(total: 2, unlikely: 1)
        #expect(failed.choice(of: [.failed(type: contact): due([1], from: 1), .likely: []]) == [1])
    }

    @Test("Of what may well fail, the lane goes first that had its turn the longest time ago")
    func lanes() {
        var gate = EndpointGate(concurrency: 2, requestsPerSecond: nil)
        let refused = AttemptOutcome(verdict: .answered(status: 500), duration: .zero)
        for type in [contact, lead] {
            gate.took(refused, of: DeliveryTraits(id: 1, type: type), begun: now, at: now)
        }
        var order: [Int64] = []
        for _ in 1...6 {
            let choice = gate.admission(at: now).choice(of: [
                .doubtful(type: contact): due([0], from: 1), .doubtful(type: lead): due([9], from: 2),
                .failed(type: contact): due([0], from: 3),
            ])
            let id = choice.first ?? 0
            order.append(id)
            gate.enter(
                DeliveryTraits(id: id, type: id == 2 ? lead : contact, failedBefore: id == 3), at: now)
            gate.leave(id)
        }
        #expect(order == [1, 2, 3, 1, 2, 3])
    }

    @Test("Where one attempt is to find out how the receiver is, it is for what never failed, as far as there is such")
    func likelyFirst() {
        func choice(likely: [Int], doubtful: [Int], failed: [Int]) -> [Int64] {
            Admission(total: 1, unlikely: 1, prefersLikely: true, isLikelysTurn: false).choice(of: [
                .likely: due(likely, from: 1), .doubtful(type: contact): due(doubtful, from: 11),
                .failed(type: lead): due(failed, from: 21),
            ])
        }
        #expect(choice(likely: [9], doubtful: [1], failed: [0]) == [1])
        #expect(choice(likely: [], doubtful: [9], failed: [0]) == [11])
        #expect(choice(likely: [], doubtful: [], failed: [9]) == [21])
    }

    @Test("After two probes for what was never tried, what was tried before has one, however much waits")
    func triedInTurn() {
        var gate = EndpointGate(concurrency: 4, requestsPerSecond: nil)
        let refused = AttemptOutcome(verdict: .answered(status: 500), duration: .zero)
        func attempt(_ delivery: DeliveryTraits, at moment: Instant) {
            gate.enter(delivery, at: moment)
            gate.took(refused, of: delivery, begun: moment, at: moment)
            gate.leave(delivery.id)
        }
        for id in 101...105 {
            attempt(DeliveryTraits(id: Int64(id), type: id == 101 ? lead : contact), at: now + .seconds(2 * id - 200))
        }
        var order: [Int64] = []
        for _ in 1...6 {
            let moment = gate.opens(at: now + .minutes(2)) ?? now
            let choice = gate.admission(at: moment).choice(of: [
                .doubtful(type: contact): due([0], from: 1), .failed(type: contact): due([0], from: 2),
                .failed(type: lead): due([9], from: 3),
            ])
            order += choice
            guard let id = choice.first else { break }
            attempt(DeliveryTraits(id: id, type: id == 3 ? lead : contact, failedBefore: id > 1), at: moment)
        }
        #expect(order == [1, 1, 2, 1, 1, 3])
    }
}
