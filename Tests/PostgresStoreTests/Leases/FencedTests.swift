// What an account's transactions come to when the account is another's.

import ChangeFeed
import EventStore
import Fleet
import PostgreSQLClient
import Testing

@testable import PostgresStore

@Suite("Transactions under a lease", .timeLimit(.minutes(60)))
struct FencedTests {
    private func instance(of scene: LeaseScene) throws -> String? {
        try scene.sql("SELECT instance FROM @.account")[0].optional("instance")
    }

    /// The store of account `x` as a daemon has it, that has taken it.
    private func lead(_ name: String, in scene: LeaseScene) throws -> (PostgresLeases, PostgresAccountStore) {
        let leases = try scene.enrolled(name, ["x"])
        let lease = try #require(try leases.answer(.take(["x"])).won.first)
        let store = try PostgresStore(at: scene.address, holder: scene.id(name).description, schema: scene.schema)
        let fence = Fence(account: lease.account, epoch: Int64(lease.epoch))
        return (leases, try store.account(named: "x", identity: "x", title: nil, under: fence))
    }

    private func end(_ name: String, in scene: LeaseScene) throws {
        try scene.sql(
            "UPDATE @.daemon SET until = clock_timestamp() WHERE id = $1", [.text(scene.id(name).description)])
    }

    @Test("After a take-over, whatever the former holder writes fails as a whole")
    func takenOver() async throws {
        try await LeaseScene.shared { scene in
            let (_, old) = try lead("old", in: scene)
            try old.transact { try $0.write([.instance("before")]) }
            // A lease that is over is no bar until it is another's: nobody else writes either.
            try end("old", in: scene)
            try old.transact { try $0.write([.instance("after its end")]) }
            let (_, new) = try lead("new", in: scene)
            let refusal = #expect(throws: AccountLedElsewhere.self) {
                try old.transact { try $0.write([.instance("too late"), .forgetSources]) }
            }
            // Nothing is wrong with the store for that.
            #expect(refusal.flatMap { StoreFailure(postgres: $0) } == nil)
            #expect(try instance(of: scene) == "after its end")
            try new.transact { try $0.write([.instance("of the new holder")]) }
            #expect(try instance(of: scene) == "of the new holder")
        }
    }

    @Test("One that is ended in the middle is found to be lost, and never comes")
    func endedInTheMiddle() async throws {
        try await LeaseScene.shared { scene in
            let (_, old) = try lead("old", in: scene)
            let new = try scene.enrolled("new", ["x"])
            // It has the lock of the account, and waits for a row of it.
            let other = try scene.session(of: "other")
            try other.sql("BEGIN")
            try other.sql("SELECT FROM \(scene.schema).account FOR UPDATE")
            let failure = try during {
                do {
                    try old.transact { try $0.write([.instance("in the middle")]) }
                    return "kept"
                } catch { return "\(error)" }
            } _: {
                try scene.waitUntil(
                    """
                    EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '\(scene.id("old"))'
                        AND wait_event_type = 'Lock')
                    """)
                try end("old", in: scene)
                #expect(try new.answer(.take(["x"])).blocked == [.init(account: "x", by: scene.id("old"))])
                while try new.answer(.take(["x"])).won.isEmpty {
                    _ = try new.answer(.endBackends(of: scene.id("old")))
                }
                try other.sql("ROLLBACK")
            }
            // It was written once more, and the fence stopped that.
            #expect(failure == "\(AccountLedElsewhere())", "\(failure)")
            #expect(try instance(of: scene) == nil)
        }
    }

    @Test("What was given back is written under no longer than until somebody takes it")
    func givenBack() async throws {
        try await LeaseScene.shared { scene in
            let (leases, old) = try lead("old", in: scene)
            _ = try leases.answer(.giveBack([Lease(account: "x", epoch: 1)]))
            let (_, new) = try lead("new", in: scene)
            #expect(throws: AccountLedElsewhere.self) { try old.transact { try $0.write([.instance("late")]) } }
            try new.transact { try $0.write([.instance("new")]) }
            #expect(try instance(of: scene) == "new")
        }
    }
}
