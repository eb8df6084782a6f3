// The draw of a scenario: each seed a process with its accounts, its endpoints and its misfortunes.

import ChangeFeed
import SimulatedWorld

extension Scenario {
    /// A life with everything that can be drawn.
    package static func drawn(from seed: UInt64) -> Scenario {
        var scenario = Scenario(seed: seed)
        var random = SeededGenerator(seed: seed, purpose: 20)
        scenario.drawAccounts(&random)
        scenario.drawEndpoints(&random)
        scenario.drawClocks(&random)
        scenario.drawMisfortune(&random)
        if random.chance(0.15) { scenario.drawDislike(&random) }
        var hints = SeededGenerator(seed: seed, purpose: 22)
        scenario.isHinted = hints.chance(0.4)
        scenario.giveEachAccountItsEndpoints()
        return scenario
    }

    private mutating func drawAccounts(_ random: inout SeededGenerator) {
        accounts = (0..<random.element(of: [1, 1, 2, 3])).map { index in
            .drawn(name: index == 0 ? "default" : "account \(index + 1)", from: seed, purpose: 30 + UInt64(index))
        }
        // Records with ids and contents in common are told apart all the same.
        for index in accounts.indices.dropFirst() where random.chance(0.5) {
            accounts[index].becomeTwin(of: accounts[0])
        }
        trouble = .minutes(random.within(10...18) / accounts.count + 4)
    }

    private mutating func drawEndpoints(_ random: inout SeededGenerator) {
        let count = random.element(of: [1, 2, 3])
        endpoints = (0..<count).map { index in
            .drawn(
                name: index == 0 ? "default" : "endpoint \(index + 1)", among: accounts, from: seed,
                purpose: 40 + UInt64(index), isAlone: count == 1)
        }
        for index in endpoints.indices {
            let places = random.shuffled(Array(accounts.indices))
            endpoints[index].accounts = Set(places.prefix(random.chance(0.6) ? 3 : random.within(1...3)))
        }
    }

    private mutating func giveEachAccountItsEndpoints() {
        endpoints = accounts.indices.flatMap { account in
            endpoints.filter { $0.accounts.contains(account) }.map { kind in
                var endpoint = kind
                endpoint.account = account
                return endpoint
            }
        }
    }

    private mutating func drawClocks(_ random: inout SeededGenerator) {
        wallStep = .seconds(random.element(of: [0, 3600, -1800]))
        // Without a Date there is only the daemon's own clock to go by, which then has to be right.
        if accounts.allSatisfy(\.quirks.sendsDate) {
            skew = random.element(of: Self.skews)
            // How much time a server's clock has lost is measured by our own: both set at once is more than can be told.
            setsOwnClock = !accounts.contains(where: \.clockJumps) && random.chance(0.5)
        }
        guard !setsOwnClock, wallStep == .zero, skew <= .zero, skew >= .zero - Limits.clockTolerance else { return }
        for index in accounts.indices { accounts[index].drawDisagreement(&random) }
    }

    private mutating func drawMisfortune(_ random: inout SeededGenerator) {
        if random.chance(0.8) { deaths = random.element(of: [0.005, 0.02, 0.05]) }
        if random.chance(0.5) { fullDisk = 0.05 }
        replays = random.chance(0.2)
        savesDeadLetters = random.chance(0.5)
        resumesInTheEnd = random.chance(0.8)
        isPatient = random.chance(0.3)
        hasOperator = random.chance(0.4)
        reconfigures = random.chance(0.3)
    }

    /// One of the receivers does not take one kind of event, in a life that explains no other wait.
    private mutating func drawDislike(_ random: inout SeededGenerator) {
        let index = random.below(endpoints.count)
        endpoints[index].drawDislike(&random)
        (deaths, replays, hasOperator, reconfigures) = (0, false, false, false)
        guard random.chance(0.3) else { return }
        // So that what fails for the time is to be told from what fails for the event.
        let begin = Duration.minutes(random.within(2...8))
        endpoints[index].outage = begin..<(begin + .minutes(random.within(1...3)))
        for account in accounts.indices { accounts[account].polled = [accounts[account].polled[0]] }
        trouble = .minutes(60)
    }
}
