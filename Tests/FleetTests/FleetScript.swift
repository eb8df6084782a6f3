// A daemon of a fleet led by hand: what it asks of the store waits until the test answers.

import ChangeFeed
import Fleet
import Testing
import VirtualTime

/// A machine and what it has asked for.
struct FleetScript {
    private(set) var machine: FleetMachine
    private(set) var question: (verb: FleetMachine.Verb, number: Int)?
    /// Everything but what is asked of the store and told, oldest first.
    private(set) var said: [FleetMachine.Effect] = []
    private(set) var news: [FleetMachine.News] = []
    var now = Instant(secondsSince1970: 1_764_000_000)
    private var chance = NoChance()

    static let own = DaemonID("b")

    init(plan: Set<String> = ["x", "y", "z"]) {
        machine = FleetMachine(id: Self.own)
        take(.plan(plan))
    }

    /// One that leads these accounts, under epoch 1, together with one other that has nothing.
    static func leading(_ accounts: [String]) throws -> FleetScript {
        var script = FleetScript(plan: Set(accounts))
        try script.renew()
        try script.answer(.done)
        try script.see(takeable: accounts)
        try script.answer(.taken(accounts.map { Lease(account: $0, epoch: 1) }, blocked: []))
        script.forget()
        return script
    }

    mutating func take(_ inputs: FleetMachine.Input...) {
        for input in inputs { machine.take(input, at: now, chance: &chance) }
        for effect in machine.effects(at: now, chance: &chance) {
            switch effect {
            case .store(let verb, let number): question = (verb, number)
            case .tell(let news): self.news.append(news)
            case .beginUntil, .lead, .rest, .goOn, .stop, .lose: said.append(effect)
            }
        }
    }

    mutating func answer(_ answer: FleetMachine.Answer) throws {
        let number = try #require(question).number
        question = nil
        take(.stored(answer, question: number))
    }

    mutating func fail(_ failure: FleetMachine.Failure = .failed("no room")) throws {
        let number = try #require(question).number
        question = nil
        take(.storeFailed(failure, question: number))
    }

    mutating func renew(_ held: [Lease] = []) throws {
        guard case .renew? = question?.verb else { throw Unexpected(asks: asks) }
        try answer(.renewed(held))
    }

    mutating func see(
        _ others: [FleetSight.Peer] = [], takeable: [String] = [], overdue: [String] = []
    ) throws {
        guard case .look? = question?.verb else { throw Unexpected(asks: asks) }
        let free = takeable.map { FleetSight.Takeable(account: $0, isOverdue: false) }
        let late = overdue.map { FleetSight.Takeable(account: $0, isOverdue: true) }
        try answer(.seen(FleetSight(daemons: others, takeable: free + late)))
    }

    /// Lets time pass until it wants to be woken, and wakes it.
    mutating func sleep() throws {
        now = max(now, try #require(machine.alarm))
        take(.wake)
    }

    /// Wakes it then, whatever it wanted to be woken at before.
    mutating func sleep(for duration: Duration) {
        now = now + duration
        take(.wake)
    }

    /// Answers whatever it asks, as a store where nothing changes, until that time.
    mutating func live(for duration: Duration, held: [Lease], _ others: [FleetSight.Peer] = []) throws {
        let end = now + duration
        while true {
            switch question?.verb {
            case .renew?: try answer(.renewed(held))
            case .look?: try see(others)
            case nil:
                guard try #require(machine.alarm) < end else { return now = end }
                try sleep()
            default: return
            }
        }
    }

    mutating func forget() { (said, news) = ([], []) }

    /// What the machine waits for: `renew 3`, `look`, `take x y`, `giveBack x1`; nil: nothing.
    var asks: String? {
        switch question?.verb {
        case .enroll(let accounts)?: (["enroll"] + accounts.sorted()).joined(separator: " ")
        case .knock?: "knock"
        case .renew(let planned)?: "renew \(planned)"
        case .look?: "look"
        case .take(let accounts)?: (["take"] + accounts.sorted()).joined(separator: " ")
        case .endBackends(let holder)?: "end \(holder)"
        case .giveBack(let leases)?: (["giveBack"] + leases.map { "\($0.account)\($0.epoch)" }).joined(separator: " ")
        case .leave?: "leave"
        case nil: nil
        }
    }

    struct Unexpected: Error { let asks: String? }
}
