// An account's machine led by hand: what it asks of the store waits until the test answers.

import ChangeFeed
import Testing
import VirtualTime

/// A machine led by hand.
struct AccountScript {
    var machine: AccountMachine
    var now: Instant
    private(set) var sent: [AccountMachine.Asker] = []
    private(set) var question: (verb: AccountMachine.Verb, number: Int)?
    private(set) var news: [AccountMachine.News] = []
    private(set) var eventsQueued = 0
    private(set) var goesBy: AccountPlan?
    private var chance = NoChance()

    init(_ feed: AccountFeed, api: Fingerprint? = nil, at now: Instant) {
        machine = AccountMachine(feed: feed, api: api)
        self.now = now
        take(.wake)
    }

    mutating func take(_ input: AccountMachine.Input) {
        machine.take(input, at: now, chance: &chance)
        for effect in machine.effects(at: now, chance: &chance) {
            switch effect {
            case .send(let asker, _): sent.append(asker)
            case .store(let verb, let number): question = (verb, number)
            case .tell(let news): self.news.append(news)
            case .eventsQueued: eventsQueued += 1
            case .goBy(let plan): goesBy = plan
            case .endOfAnotherInstance: break
            }
        }
    }

    mutating func answer(_ answer: AccountMachine.Answer = .done) throws {
        let number = try #require(question).number
        question = nil
        take(.stored(answer, question: number))
    }

    mutating func fail() throws {
        let number = try #require(question).number
        question = nil
        take(.storeFailed(reason: "no room", question: number))
    }

    var asks: String? {
        switch question?.verb {
        case .count?: "count"
        case .commit?: "commit"
        case .remember?: "remember"
        case .learn?: "learn"
        case .resumed?: "resumed"
        case .adopt?: "adopt"
        case nil: nil
        }
    }
}
