// What a daemon takes, gives back and hands over, among others.

import ChangeFeed
import Fleet
import Testing

@Suite("Daemons that share accounts")
struct SharingTests {
    private typealias Script = FleetScript
    private typealias Peer = FleetSight.Peer

    private static let names = (0..<12).map { "a\($0 / 10)\($0 % 10)" }
    private static let held = names.map { Lease(account: $0, epoch: 1) }
    private static let newcomer = Peer(id: DaemonID("c"), planned: 12, led: 0)

    private func settled(_ names: [String] = names) throws -> FleetScript {
        var script = try Script.leading(names)
        try script.live(for: .minutes(1), held: names.map { Lease(account: $0, epoch: 1) })
        return script
    }

    /// Up to the next look, which shows these others.
    private func look(
        _ script: inout FleetScript, _ others: [Peer], takeable: [String] = [], held: [Lease] = held
    ) throws {
        while script.asks != "look" {
            switch script.question?.verb {
            case nil: try script.sleep()
            case .giveBack?: try script.answer(.done)
            default: try script.renew(held)
            }
        }
        try script.see(others, takeable: takeable)
    }

    @Test("It takes no more than its even part, whatever is free")
    func takesItsPart() throws {
        var script = Script(plan: Set(Self.names))
        try script.renew()
        try script.answer(.done)
        try script.see([Self.newcomer], takeable: Self.names)
        let asks = try #require(script.asks)
        #expect(asks.split(separator: " ").count == 1 + 6)
    }

    @Test("It takes nothing that is not in its plan")
    func takesWhatIsPlanned() throws {
        var script = Script(plan: ["x", "y"])
        try script.renew()
        try script.answer(.done)
        try script.see(takeable: ["q", "x"])
        #expect(script.asks == "take x")
    }

    @Test("What nobody takes who is entitled to it, anybody takes")
    func overdue() throws {
        var script = try Script.leading(["x", "y"])
        script.take(.plan(["x", "y", "z"]))
        let held = ["x", "y"].map { Lease(account: $0, epoch: 1) }
        try script.renew(held)
        try script.answer(.done)
        let poor = Peer(id: DaemonID("c"), planned: 3, led: 0)
        try script.see([poor], takeable: ["z"])
        #expect(script.asks == nil, "one that has less goes first")
        while script.asks != "look" { if script.question == nil { try script.sleep() } else { try script.renew(held) } }
        try script.see([poor], overdue: ["z"])
        #expect(script.asks == "take z")
    }

    @Test("To a newcomer it gives a few at a time, and all in all what it has above its part")
    func givesAFew() throws {
        var script = try settled()
        var (others, given, held) = ([Self.newcomer], 0, Self.held)
        for _ in 0..<20 {
            script.forget()
            try look(&script, others, held: held)
            let stopped = script.said.compactMap { if case .stop(let account) = $0 { account } else { nil } }
            #expect(stopped.count <= 2)
            given += stopped.count
            for account in stopped { script.take(.ended(account)) }
            held.removeAll { stopped.contains($0.account) }
            guard !stopped.isEmpty else { continue }
            #expect(script.asks?.hasPrefix("giveBack") == true)
            others = [Peer(id: DaemonID("c"), planned: 12, led: given)]
        }
        #expect(given == 6)
    }

    @Test("It tells which accounts it takes from whom, and which it gives away")
    func tells() throws {
        var script = Script(plan: Set(Self.names))
        try script.renew()
        try script.answer(.done)
        try script.see(takeable: Self.names)
        let former = ["a00": "old", "a02": "old", "a03": "b"].mapValues(DaemonID.init)
        try script.answer(.taken(Self.held, blocked: [], from: former))
        let rest = Self.names.filter { !["a00", "a02"].contains($0) }
        #expect(script.news == [.took(["a00", "a02"], from: DaemonID("old")), .took(rest, from: nil)])
        try script.live(for: .minutes(1), held: Self.held)
        script.forget()
        try look(&script, [Self.newcomer])
        let stopped = script.said.compactMap { if case .stop(let account) = $0 { account } else { nil } }
        #expect(!stopped.isEmpty && script.news.last == .gives(stopped.sorted()))
    }

    @Test("While what was given is still to be taken, it gives nothing more")
    func onlyAsFastAsOthersTake() throws {
        var script = try settled()
        try look(&script, [Peer(id: DaemonID("c"), planned: 12, led: 4)], takeable: ["a00", "a01"])
        #expect(script.said.filter { if case .stop = $0 { true } else { false } }.isEmpty)
    }

    @Test("What was taken moments ago stays")
    func noPingPong() throws {
        var script = try Script.leading(Self.names)
        try look(&script, [Self.newcomer])
        #expect(!script.said.contains { if case .stop = $0 { true } else { false } })
    }

    @Test("Where others have different accounts, it does not give for ever what comes back")
    func givingIsBounded() throws {
        var script = try settled()
        var given: [String] = []
        var held = Self.held
        for _ in 0..<60 {
            script.forget()
            while script.asks != "look" {
                if script.question == nil { try script.sleep() } else { try script.renew(held) }
            }
            // The other takes nothing of it, and so it is taken back.
            try script.see([Self.newcomer])
            for effect in script.said {
                guard case .stop(let account) = effect else { continue }
                given.append(account)
                script.take(.ended(account))
                if script.asks?.hasPrefix("giveBack") == true { try script.answer(.done) }
                let epoch = held.removeFirst(where: account) + 1
                while script.asks != "look" {
                    if script.question == nil {
                        try script.sleep()
                    } else if script.asks?.hasPrefix("giveBack") == true {
                        try script.answer(.done)
                    } else {
                        try script.renew(held)
                    }
                }
                try script.see([Self.newcomer], overdue: [account])
                guard script.asks == "take \(account)" else { continue }
                held.append(Lease(account: account, epoch: epoch))
                try script.answer(.taken([Lease(account: account, epoch: epoch)], blocked: []))
            }
        }
        #expect((1...12).contains(given.count))
        #expect(Set(given).count == given.count, "\(given)")
    }

    @Test("A take-over that is blocked ends the connections of who blocks it, and is tried again a few times")
    func blocked() throws {
        var script = Script(plan: ["x", "y"])
        try script.renew()
        try script.answer(.done)
        try script.see(overdue: ["x", "y"])
        let old = DaemonID("a")
        let blocked = FleetMachine.Answer.taken(
            [Lease(account: "y", epoch: 2)], blocked: [.init(account: "x", by: old)])
        try script.answer(blocked)
        #expect(script.said.last == .lead(Lease(account: "y", epoch: 2)))
        #expect(script.news == [.took(["y"], from: nil)])
        var tries = 1
        while script.asks == "end a" {
            try script.answer(.done)
            #expect(script.asks == "take x")
            tries += 1
            try script.answer(.taken([], blocked: [.init(account: "x", by: old)]))
        }
        #expect(tries == 3)
        #expect(script.asks == nil, "until the next look")
    }
}

extension [Lease] {
    /// Takes the lease of an account out; its epoch.
    fileprivate mutating func removeFirst(where account: String) -> Int {
        firstIndex { $0.account == account }.map { remove(at: $0).epoch } ?? 0
    }
}
