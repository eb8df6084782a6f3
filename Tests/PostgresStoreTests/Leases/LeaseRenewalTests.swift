// Signs of life: what they wait for, what they leave behind, and what becomes of those that nobody knows of.

import ChangeFeed
import Fleet
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@testable import PostgresStore

@Suite("Renewals of leases", .timeLimit(.minutes(60)))
struct LeaseRenewalTests {
    /// A statement of that daemon waits for a lock.
    private func waits(_ name: String, in scene: LeaseScene) -> String {
        """
        EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '\(scene.id(name))' AND wait_event_type = 'Lock')
        """
    }

    private func failure(of daemon: PostgresLeases, _ verb: FleetMachine.Verb) -> FleetMachine.Failure? {
        do throws(FleetMachine.Failure) {
            _ = try daemon.answer(verb)
            return nil
        } catch { return error }
    }

    @Test("One that waited for a lock counts from the end of the wait")
    func waited() async throws {
        try await LeaseScene.shared { scene in
            let daemon = try scene.enrolled("a", ["x"])
            let other = try scene.session(of: "other")
            try other.sql("BEGIN")
            try other.sql("SELECT FROM \(scene.schema).daemon FOR SHARE")
            let answer = try during {
                try daemon.answer(.renew(planned: 1))
            } _: {
                try scene.waitUntil(waits("a", in: scene))
                try scene.sql("CREATE TABLE @.released AS SELECT clock_timestamp() AS moment")
                try other.sql("COMMIT")
            }
            #expect(answer == .renewed([]))
            let whole = "make_interval(secs => \(scene.terms.lease.inSeconds))"
            #expect(try scene.isTrue("(SELECT until - moment FROM @.daemon, @.released) >= \(whole)"))
        }
    }

    @Test("One that comes while a take-over is under way is told nothing of what that takes")
    func takenMeanwhile() async throws {
        try await LeaseScene.shared { scene in
            let (old, new) = (try scene.enrolled("a", ["x", "y"]), try scene.enrolled("b", ["x", "y"]))
            #expect(try old.answer(.take(["x", "y"])).won.count == 2)
            try scene.sql(
                "UPDATE @.daemon SET until = clock_timestamp() WHERE id = $1", [.text(scene.id("a").description)])
            // What it has done of its statements, it keeps locked.
            let slow = try scene.session(of: "b")
            let takeOver = TakeOverStatements(
                schema: scene.schema, holder: scene.id("b"), accounts: ["x"], waits: false)
            try slow.sql("BEGIN")
            for statement in takeOver.all { try slow.sql(statement.sql, statement.parameters) }
            let answer = try during {
                try old.answer(.renew(planned: 2))
            } _: {
                try scene.waitUntil(waits("a", in: scene))
                try slow.sql("COMMIT")
            }
            #expect(answer.held == [Lease(account: "y", epoch: 1)])
            #expect(try new.answer(.renew(planned: 2)).held == [Lease(account: "x", epoch: 2)])
        }
    }

    @Test("Whoever cannot be answered in time is told what is known: that nothing was done, or that nobody knows")
    func unanswered() async throws {
        try await LeaseScene.shared { scene in
            let daemon = try scene.enrolled("a", ["x"])
            _ = try daemon.answer(.take(["x"]))
            // So that its connection is there.
            let hasty = scene.daemon("a", LeaseTerms(lease: .seconds(30)))
            _ = try hasty.answer(.knock)
            let other = try scene.session(of: "other")
            try other.sql("BEGIN")
            try other.sql("SELECT FROM \(scene.schema).daemon FOR SHARE")
            // The server ends the wait for the row; on a machine that is too busy for that, this side gives up first.
            switch failure(of: hasty, .renew(planned: 7)) {
            case .failed(let reason)?: #expect(reason.contains("own row"))
            case .unknown?: break
            case nil: Issue.record("it was renewed although its row was locked")
            }
            let failure = try during {
                self.failure(of: daemon, .renew(planned: 7))
            } _: {
                try scene.waitUntil(waits("a", in: scene))
                try scene.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
                    [.text(scene.id("a").description)])
            }
            guard case .unknown? = failure else {
                Issue.record("\(failure as Any)")
                return
            }
            try other.sql("ROLLBACK")
            #expect(try scene.isTrue("(SELECT planned FROM @.daemon) = 1"), "none of the two was carried out")
            #expect(try daemon.answer(.renew(planned: 2)).held == [Lease(account: "x", epoch: 1)])
        }
    }

    @Test("Whether a lease is over is not by the terms of who asks")
    func termsOfOthers() async throws {
        try await LeaseScene.shared { scene in
            let patient = try scene.enrolled("a", ["x"])
            #expect(try patient.answer(.take(["x"])).won.count == 1)
            let hasty = scene.daemon("b", LeaseTerms(lease: .seconds(60)))
            _ = try hasty.answer(.renew(planned: 1))
            try scene.passes(.seconds(59))
            #expect(try hasty.answer(.take(["x"])) == .taken([], blocked: []))
            #expect(try hasty.answer(.renew(planned: 1)) == .renewed([]))
            try scene.passes(scene.terms.lease - .minutes(5))
            #expect(try hasty.answer(.take(["x"])) == .taken([], blocked: []), "of the other, five minutes are left")
        }
    }

    /// On a server of its own, since any long look of others keeps what is old.
    @Test("Two thousand of them leave the tables as small as they were")
    func small() async throws {
        try await PrivateCluster.running { cluster in
            try await onThread {
                let scene = try LeaseScene(on: cluster)
                let accounts = (1...100).map { "account-\($0)" }
                let daemon = try scene.enrolled("a", Set(accounts))
                #expect(try daemon.answer(.take(accounts)).won.count == 100)
                let before: Int64 = try scene.sql("SELECT pg_relation_size('@.lease') AS size")[0].value("size")
                for _ in 0..<2_000 { #expect(try daemon.answer(.renew(planned: 100)).held.count == 100) }
                #expect(try scene.isTrue("pg_relation_size('@.lease') = \(before)"))
                #expect(try scene.isTrue("pg_relation_size('@.daemon') <= 3 * 8192"))
                #expect(try scene.isTrue("pg_relation_size('@.daemon_pkey') <= 2 * 8192"))
                daemon.finish()
                let counts = "pg_stat_user_tables WHERE schemaname = '@' AND relname = 'daemon'"
                try scene.waitUntil("(SELECT n_tup_upd FROM \(counts)) >= 2000")
                #expect(try scene.isTrue("(SELECT n_tup_hot_upd >= 0.98 * n_tup_upd FROM \(counts))"))
            }
        }
    }
}
