// Take-overs from a daemon that was in the middle of something.

import ChangeFeed
import EventStore
import Fleet
import PostgreSQLClient
import Testing

@testable import PostgresStore

@Suite("Take-overs of accounts that are in use", .timeLimit(.minutes(60)))
struct TakeOverTests {
    /// What a session was doing that somebody stopped.
    enum Middle: CaseIterable, Sendable {
        case betweenStatements
        case inAStatement
        case holdingTheLock
    }

    /// Two daemons, of which the first leads `x` under epoch 1, and its lease is over.
    private func withOver(_ body: @escaping @Sendable (LeaseScene, PostgresLeases) throws -> Void) async throws {
        try await LeaseScene.shared { scene in
            let (old, new) = (try scene.enrolled("old", ["x"]), try scene.enrolled("new", ["x"]))
            #expect(try old.answer(.take(["x"])).won == [Lease(account: "x", epoch: 1)])
            try scene.sql("CREATE TABLE @.written (number bigint)")
            try scene.sql(
                "UPDATE @.daemon SET until = clock_timestamp() WHERE id = $1", [.text(scene.id("old").description)])
            try body(scene, new)
        }
    }

    @Test(
        "Whatever it is in the middle of, its session is ended, and it has written nothing", arguments: Middle.allCases)
    func ended(middle: Middle) async throws {
        try await withOver { scene, new in
            let old = try scene.session(of: "old")
            try old.sql("BEGIN")
            let fence = Fence(account: "x", epoch: 1).statements(of: 1, in: scene.schema)
            for statement in fence.prefix(middle == .holdingTheLock ? 1 : 2) {
                try old.sql(statement.sql, statement.parameters)
            }
            if middle != .holdingTheLock { try old.sql("INSERT INTO \(scene.schema).written VALUES (1)") }
            let blocked = FleetMachine.Answer.taken([], blocked: [.init(account: "x", by: scene.id("old"))])
            let answers: [FleetMachine.Answer] = try during {
                if middle == .inAStatement {
                    try scene.waitUntil(
                        """
                        EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '\(scene.id("old"))'
                            AND wait_event = 'PgSleep')
                        """)
                }
                // It does not wait until the other wakes.
                let verbs: [FleetMachine.Verb] = [.take(["x"]), .endBackends(of: scene.id("old")), .take(["x"])]
                return try verbs.map { try new.answer($0) }
            } _: {
                guard middle == .inAStatement else { return }
                #expect(throws: PostgreSQLFailure.self) { try old.sql("SELECT pg_sleep(600)") }
            }
            #expect(answers[0] == blocked)
            try expectWon(answers[2], by: new, in: scene)
            #expect(throws: PostgreSQLFailure.self) {
                try old.sql("INSERT INTO \(scene.schema).written VALUES (2)")
                try old.sql("COMMIT")
            }
            #expect(try scene.isTrue("NOT EXISTS (SELECT FROM @.written)"))
        }
    }

    /// No time-out of the server looks at a client that is still to send.
    @Test("One that was stopped while it was still sending is ended as well")
    func halfSent() async throws {
        try await withOver { scene, new in
            let old = try HalfSentSession(on: scene.cluster, named: scene.id("old").description)
            old.run([
                "BEGIN", "SELECT set_config('idle_in_transaction_session_timeout', '1', true)",
                "SELECT pg_advisory_xact_lock_shared(hashtext('\(scene.schema)'), hashtext('x'))",
                "INSERT INTO \(scene.schema).written VALUES (1)",
            ])
            let session = "pg_stat_activity WHERE application_name = '\(scene.id("old"))' AND query LIKE 'INSERT%'"
            try scene.waitUntil("EXISTS (SELECT FROM \(session) AND state = 'active' AND wait_event = 'ClientRead')")
            #expect(try new.answer(.take(["x"])) == .taken([], blocked: [.init(account: "x", by: scene.id("old"))]))
            _ = try new.answer(.endBackends(of: scene.id("old")))
            old.isEnded()
            try expectWon(try new.answer(.take(["x"])), by: new, in: scene)
            #expect(try scene.isTrue("NOT EXISTS (SELECT FROM @.written)"))
        }
    }

    /// A session that was told to end needs a moment, which is longer than these take-overs wait for.
    private func expectWon(_ answer: FleetMachine.Answer, by daemon: PostgresLeases, in scene: LeaseScene) throws {
        var answer = answer
        while answer.won.isEmpty { answer = try daemon.answer(.take(["x"])) }
        #expect(answer == .taken([Lease(account: "x", epoch: 2)], blocked: [], from: ["x": scene.id("old")]))
    }

    @Test("A transaction that ends in time is waited for")
    func waits() async throws {
        try await withOver { scene, _ in
            let session = try scene.beginTransaction(of: "old", on: "x")
            let patient = scene.daemon("new", wait: LeaseScene.plenty)
            let answer = try during {
                try patient.answer(.take(["x"]))
            } _: {
                try scene.waitUntil("EXISTS (SELECT FROM \(scene.locks) AND NOT granted)")
                try session.sql("COMMIT")
            }
            #expect(answer == .taken([Lease(account: "x", epoch: 2)], blocked: [], from: ["x": scene.id("old")]))
        }
    }

    @Test("Sessions of one that lives stay, but for those that use what it does not lead")
    func living() async throws {
        try await LeaseScene.shared { scene in
            let (one, other) = (try scene.enrolled("one", ["x", "y"]), try scene.enrolled("other", ["x", "y"]))
            #expect(try one.answer(.take(["x"])).won.count == 1)
            let led = try scene.beginTransaction(of: "one", on: "x")
            let forgotten = try scene.beginTransaction(of: "one", on: "y")
            #expect(try other.answer(.take(["x", "y"])).blocked == [.init(account: "y", by: scene.id("one"))])
            _ = try other.answer(.endBackends(of: scene.id("one")))
            try scene.waitUntil("(SELECT count(*) FROM \(scene.locks)) = 1")
            try led.sql("COMMIT")
            #expect(throws: PostgreSQLFailure.self) { try forgotten.sql("COMMIT") }
            #expect(try other.answer(.take(["x", "y"])).won == [Lease(account: "y", epoch: 1)])
        }
    }
}
