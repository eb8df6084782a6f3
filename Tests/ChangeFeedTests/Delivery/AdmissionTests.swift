import ChangeFeed
import Testing

@Suite("Admission")
struct AdmissionTests {
    private let now = Instant(secondsSince1970: 1_764_000_000)

    private func due(_ seconds: [Int], from first: Int64) -> [Admission.Candidate] {
        seconds.enumerated().map { .init(id: first + Int64($0), dueAt: now + .seconds($1)) }
    }

    @Test("While all is well, what has been due longest goes first, and what may well fail has but its own places")
    func dueOrder() {
        let likely = due([2, 5, 9, 9], from: 1)
        let (doubtful, failed) = (due([1, 6], from: 11), due([0, 7], from: 21))
        func choice(_ total: Int, _ unlikely: Int) -> [Int64] {
            Admission(total: total, unlikely: unlikely).choice(likely: likely, doubtful: doubtful, failed: failed)
        }
        #expect(choice(4, 4) == [21, 11, 1, 2])
        #expect(choice(4, 1) == [21, 1, 2, 3])
        #expect(choice(4, 0) == [1, 2, 3, 4])
        #expect(choice(1, 1) == [21])
    }

    @Test("Where one attempt is to find out how the receiver is, it is for what never failed, as far as there is such")
    func likelyFirst() {
        func choice(likely: [Int], doubtful: [Int], failed: [Int]) -> [Int64] {
            Admission(total: 1, unlikely: 1, prefersLikely: true).choice(
                likely: due(likely, from: 1), doubtful: due(doubtful, from: 11), failed: due(failed, from: 21))
        }
        #expect(choice(likely: [9], doubtful: [1], failed: [0]) == [1])
        #expect(choice(likely: [], doubtful: [9], failed: [0]) == [11])
        #expect(choice(likely: [], doubtful: [], failed: [9]) == [21])
    }
}
