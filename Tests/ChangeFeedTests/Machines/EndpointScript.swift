// An endpoint's machine led by hand: what it asks of the store waits until the test answers.

@testable import ChangeFeed
import Testing
import VirtualTime

/// A machine and what it has asked for.
struct EndpointScript {
    private(set) var machine: EndpointMachine
    private(set) var question: (verb: EndpointMachine.Verb, number: Int)?
    private(set) var posted: [Attempt] = []
    private(set) var putBack: [Int64] = []
    private(set) var news: [EndpointMachine.News] = []
    private(set) var goesBy: EndpointMachine.Plan?
    var now = Instant(secondsSince1970: 1_764_000_000)
    private var chance = NoChance()
    private var ended: Set<Int64> = []

    init(
        concurrency: Int = 2, requestsPerSecond: Double? = nil, coalesces: Bool = false,
        health: EndpointHealth = EndpointHealth()
    ) {
        machine = EndpointMachine(
            .init(
                concurrency: concurrency, requestsPerSecond: requestsPerSecond,
                policy: DeliveryPolicy(schedule: .standard), coalesces: coalesces), health: health)
        take(.wake)
    }

    mutating func take(_ inputs: EndpointMachine.Input...) {
        for input in inputs { machine.take(input, at: now, chance: &chance) }
        for effect in machine.effects(at: now, chance: &chance) {
            switch effect {
            case .post(let attempt): posted.append(attempt)
            case .putBack(let deliveries): putBack += deliveries
            case .store(let verb, let number): question = (verb, number)
            case .tell(let news): self.news.append(news)
            case .goBy(let plan): goesBy = plan
            case .mayRepeat: break
            }
        }
    }

    mutating func answer(_ answer: EndpointMachine.Answer) throws {
        let number = try #require(question).number
        question = nil
        take(.stored(answer, question: number))
    }

    mutating func fail() throws {
        let number = try #require(question).number
        question = nil
        take(.storeFailed(reason: "no room", question: number))
    }

    mutating func end(_ attempt: Attempt, _ status: Int = 204) {
        take(.ended(attempt, bytes: 2, AttemptOutcome(verdict: .answered(status: status), duration: .zero)))
    }

    /// Ends an attempt that has not ended yet.
    mutating func endOnce(_ attempt: Attempt) {
        guard ended.insert(attempt.delivery.id).inserted else { return }
        end(attempt)
    }

    /// What the machine waits for: `claim`, `settle 1 2`, `look`, `resume`; nil: nothing.
    var asks: String? {
        switch question?.verb {
        case .claim?: "claim"
        case .settle(let reports, _, _, _)?:
            (["settle"] + reports.map { String($0.deliveryID) }).joined(separator: " ")
        case .look?: "look"
        case .resume?: "resume"
        case .giveUp?: "give up"
        case .adopt(let plan, _)?: "adopt \(plan.revision)"
        case nil: nil
        }
    }

    static func due(_ ids: ClosedRange<Int64>, type: String = "contact.updated", attempts: Int = 0) -> [DueDelivery] {
        ids.map { id in
            DueDelivery(
                id: id, eventID: "evt_\(id)", sequence: Int(id), endpointSequence: Int(id), type: type,
                recordID: RecordID(String(id)), attempts: attempts, dueAt: .distantPast, body: Array("{}".utf8))
        }
    }
}
