// Many daemons that want the same accounts at the same time.

import ChangeFeed
import Fleet
import PostgreSQLClient
import Testing

@testable import PostgresStore

@Suite("Many daemons at the leases of the same accounts", .timeLimit(.minutes(60)))
struct LeaseRaceTests {
    /// The lease of one daemon is over, and of no other.
    private func end(_ scene: LeaseScene, of name: String) throws {
        try scene.sql(
            "UPDATE @.daemon SET until = clock_timestamp() WHERE id = $1", [.text(scene.id(name).description)])
    }

    @Test("Of twenty that want one account, one gets it: where it is free, and where its lease is over")
    func one() async throws {
        try await LeaseScene.shared { scene in
            let names = (1...20).map { "d\($0)" }
            let daemons = try names.map { try scene.enrolled($0, ["x"]) }
            for epoch in 1...4 {
                let answers = try atOnce(daemons.map { daemon in { try daemon.answer(.take(["x"])) } })
                #expect(answers.flatMap(\.won) == [Lease(account: "x", epoch: epoch)])
                let winner = try #require(answers.firstIndex { !$0.won.isEmpty })
                #expect(try daemons[winner].answer(.renew(planned: 1)).held == answers[winner].won)
                for daemon in daemons { #expect(try daemon.answer(.take(["x"])).won == [], "it is held") }
                try end(scene, of: names[winner])
            }
        }
    }

    @Test("Of many accounts that all want, each is got by one of them")
    func many() async throws {
        try await LeaseScene.shared { scene in
            let accounts = (1...120).map { "account-\($0)" }
            let daemons = try (1...8).map { try scene.enrolled("d\($0)", Set(accounts)) }
            // Those that meet somebody else's lock find them again.
            var won: [Lease] = []
            while won.count < accounts.count {
                won += try atOnce(daemons.map { daemon in { try daemon.answer(.take(accounts.shuffled())) } }).flatMap(
                    \.won)
            }
            #expect(won.map(\.account).sorted() == accounts.sorted())
            #expect(won.allSatisfy { $0.epoch == 1 })
            let held = try daemons.flatMap { try $0.answer(.renew(planned: 120)).held }
            #expect(held.count == accounts.count)
        }
    }

    /// Whichever comes first: who is told that the lease is still its own has it, and nobody has won it.
    @Test("A renewal that comes late meets those who take over, and the two never both succeed")
    func renewal() async throws {
        try await LeaseScene.shared { scene in
            let names = ["a", "b", "c"]
            let daemons = try names.map { try scene.enrolled($0, ["x", "y"]) }
            var holder = 0
            var held = try daemons[0].answer(.take(["x", "y"])).won
            for _ in 0..<60 {
                try end(scene, of: names[holder])
                let verbs = daemons.indices.map {
                    $0 == holder ? FleetMachine.Verb.renew(planned: 2) : .take(["x", "y"])
                }
                let answers = try atOnce(zip(daemons, verbs).map { daemon, verb in { try daemon.answer(verb) } })
                let (kept, won) = (answers[holder].held, answers.map(\.won))
                #expect(Set(kept.map(\.account)).isDisjoint(with: won.joined().map(\.account)))
                #expect(Set(won.joined().map(\.account)).count == won.joined().count)
                #expect(kept.allSatisfy(held.contains))
                // Everything goes to one of them again.
                for index in daemons.indices where index != holder { try end(scene, of: names[index]) }
                _ = try daemons[holder].answer(.renew(planned: 2))
                _ = try daemons[holder].answer(.take(["x", "y"]))
                for daemon in daemons { _ = try daemon.answer(.renew(planned: 2)) }
                holder = (holder + 1) % names.count
                for index in daemons.indices where index != holder { try end(scene, of: names[index]) }
                _ = try daemons[holder].answer(.take(["x", "y"]))
                held = try daemons[holder].answer(.renew(planned: 2)).held
                #expect(held.count == 2)
                for daemon in daemons { _ = try daemon.answer(.renew(planned: 2)) }
            }
        }
    }

    @Test("A thousand accounts are taken at once, but for the one that is in use")
    func thousand() async throws {
        try await LeaseScene.shared { scene in
            let accounts = (1...1_000).map { "account-\($0)" }
            let (old, new) = (try scene.enrolled("old", Set(accounts)), try scene.enrolled("new", Set(accounts)))
            #expect(try old.answer(.take(accounts)).won.count == 1_000)
            try end(scene, of: "old")
            let session = try scene.beginTransaction(of: "old", on: "account-500")
            let answer = try new.answer(.take(accounts))
            #expect(answer.won.count == 999)
            #expect(answer.blocked == [.init(account: "account-500", by: scene.id("old"))])
            try session.sql("ROLLBACK")
            #expect(try new.answer(.take(["account-500"])).won == [Lease(account: "account-500", epoch: 2)])
        }
    }
}
