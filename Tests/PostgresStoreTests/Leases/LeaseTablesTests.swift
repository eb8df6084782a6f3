// The tables of leases, as they come and as they are kept.

import ChangeFeed
import Fleet
import PostgreSQLClient
import Testing

@testable import PostgresStore

@Suite("The tables of leases", .timeLimit(.minutes(60)))
struct LeaseTablesTests {
    @Test("A store from before there were leases gets the tables for them, and keeps what it has")
    func migration() async throws {
        try await LeaseScene.shared { scene in
            try scene.sql("DROP TABLE @.lease, @.daemon")
            try scene.sql("DELETE FROM @.migration WHERE name = '2 leases'")
            try scene.sql("INSERT INTO @.account (name, identity) VALUES ('x', 'x')")
            let store = try PostgresStore(at: scene.address, holder: "tests", schema: scene.schema)
            #expect(!store.isNew)
            #expect(try scene.isTrue("EXISTS (SELECT FROM @.account WHERE name = 'x')"))
            let daemon = try scene.enrolled("a", ["x"])
            #expect(try daemon.answer(.take(["x"])).won == [Lease(account: "x", epoch: 1)])
        }
    }

    @Test("Of daemons that left without a word, those that lead nothing are forgotten after a while")
    func gone() async throws {
        try await LeaseScene.shared { scene in
            for name in ["gone", "leading", "here"] { _ = try scene.enrolled(name, ["x"]) }
            _ = try scene.daemon("leading").answer(.take(["x"]))
            try scene.passes(scene.terms.lease + PostgresLimits.goneDaemonsKept)
            let here = try scene.enrolled("here", ["x"])
            #expect(try scene.isTrue("(SELECT count(*) FROM @.daemon) = 2"))
            // Who comes back after that begins anew, and the other has lost nothing yet.
            #expect(try scene.daemon("gone").answer(.renew(planned: 1)) == .renewed([]))
            #expect(try scene.daemon("leading").answer(.renew(planned: 1)).held.count == 1)
            #expect(try here.answer(.take(["x"])) == .taken([], blocked: []))
        }
    }

    @Test("Names of accounts may be anything that a configuration can say")
    func names() async throws {
        try await LeaseScene.shared { scene in
            let names = ["Ä 'quoted' \"twice\", {and} \\more", "NULL", "", "{}", "a,b", "日本"]
            let daemon = try scene.enrolled("a", Set(names))
            #expect(try daemon.answer(.take(names)).won.map(\.account) == names.sorted())
            let held = try daemon.answer(.renew(planned: names.count)).held
            #expect(held.map(\.account) == names.sorted())
            _ = try daemon.answer(.giveBack(held))
            guard case .seen(let sight) = try daemon.answer(.look(limit: 100)) else { return }
            #expect(sight.takeable.map(\.account).sorted() == names.sorted())
        }
    }
}
