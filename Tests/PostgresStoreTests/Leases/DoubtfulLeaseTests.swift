// What a daemon is told of its leases where no standby has what the server wrote.

import ChangeFeed
import Fleet
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@testable import PostgresStore

@Suite("Leases on a server whose standby is away", .timeLimit(.minutes(60)))
struct DoubtfulLeaseTests {
    private func failure(of daemon: PostgresLeases, _ verb: FleetMachine.Verb) -> FleetMachine.Failure? {
        do throws(FleetMachine.Failure) {
            _ = try daemon.answer(verb)
            return nil
        } catch { return error }
    }

    private func withoutStandby(
        _ body: @escaping @Sendable (LeaseScene, PostgresLeases) throws -> Void
    ) async throws {
        try await PrivateCluster.running { cluster in
            let (scene, daemon) = try await onThread {
                let scene = try LeaseScene(on: cluster)
                return (scene, try scene.enrolled("a", ["x"]))
            }
            try await cluster.set("synchronous_standby_names", "nobody")
            try await onThread { try body(scene, daemon) }
        }
    }

    private let waiting = "pg_stat_activity WHERE wait_event = 'SyncRep'"

    @Test("A renewal or a take-over whose wait somebody ends is neither done nor failed", arguments: [true, false])
    func endedWait(isRenewal: Bool) async throws {
        try await withoutStandby { scene, daemon in
            let verb = isRenewal ? FleetMachine.Verb.renew(planned: 7) : .take(["x"])
            let failure = try during {
                self.failure(of: daemon, verb)
            } _: {
                try scene.waitUntil("EXISTS (SELECT FROM \(waiting))")
                try scene.sql("SELECT pg_cancel_backend(pid) FROM \(waiting)")
            }
            guard case .unknown? = failure else {
                Issue.record("\(failure as Any)")
                return
            }
            // On this server it is there, and on no other that may follow it.
            #expect(try scene.isTrue("(SELECT planned FROM @.daemon) = \(isRenewal ? 7 : 1)"))
            #expect(try scene.isTrue("EXISTS (SELECT FROM @.lease WHERE holder IS NULL) = \(isRenewal)"))
        }
    }

    /// Else every knock would be followed by a renewal, which is carried out one day.
    @Test("While no standby answers, nor does a knock; nothing that was asked for is seen by others")
    func knocks() async throws {
        try await withoutStandby { scene, _ in
            let hasty = scene.daemon("a", LeaseTerms(lease: .seconds(12)))
            guard case .unknown? = failure(of: hasty, .knock) else {
                Issue.record("it was answered, or told that nothing was done")
                return
            }
            // It waits on, and keeps what it has locked.
            #expect(failure(of: hasty, .take(["x"])) != nil)
            let (isWaiting, isFree) = (
                try scene.isTrue("EXISTS (SELECT FROM \(waiting))"),
                try scene.isTrue("EXISTS (SELECT FROM @.lease WHERE holder IS NULL)")
            )
            #expect(isWaiting && isFree)
        }
    }
}
