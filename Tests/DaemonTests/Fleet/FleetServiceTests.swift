// Daemons that share accounts, with a server of PostgreSQL between them.

import ChangeFeed
import Dispatch
import Fleet
import Logging
import PostgreSQLClient
import PrivatePostgreSQL
import Synchronization
import Testing

@testable import Daemon

@Suite("Daemons that share accounts on one server", .timeLimit(.minutes(60)))
struct FleetServiceTests {
    @Test("Two lead even parts, and to a third they give what it lacks")
    func shares() async throws {
        let complaints = try await FleetScene.running(accounts: 12) { scene in
            let (a, b) = (try await scene.daemon("a"), try await scene.daemon("b"))
            await scene.ledger.waits { $0.counts(a.id, b.id) == [6, 6] }
            let c = try await scene.daemon("c")
            await scene.ledger.waits { $0.counts(a.id, b.id, c.id) == [4, 4, 4] }
            #expect(a.service.standing.takenOver >= 6)
        }
        #expect(complaints == [])
    }

    @Test("One that is told to stop gives each account back as its work ends, and then ends itself")
    func leaves() async throws {
        let complaints = try await FleetScene.running(accounts: 6) { scene in
            let (a, b) = (try await scene.daemon("a"), try await scene.daemon("b"))
            await scene.ledger.waits { $0.counts(a.id, b.id) == [3, 3] }
            let kept = try #require(a.service.standing.led.keys.min())
            scene.ledger.keep(kept)
            a.service.stop()
            // Where a busy machine lets it renew too late, b leads what is kept as well.
            await scene.ledger.waits { [[1, 5], [1, 6]].contains($0.counts(a.id, b.id)) && $0.waiting[kept] != nil }
            scene.ledger.letEnd(kept)
            await scene.ledger.waits { $0.counts(a.id, b.id) == [0, 6] }
            await a.service.answers()
            #expect(a.service.standing.led.isEmpty)
        }
        #expect(complaints == [])
    }

    @Test("What one cannot renew others lead, also where it is in use by that one; back again, it loses it")
    func takesOver() async throws {
        let complaints = try await FleetScene.running(accounts: 6) { scene in
            let (a, b) = (try await scene.daemon("a"), try await scene.daemon("b"))
            await scene.ledger.waits { $0.counts(a.id, b.id) == [3, 3] }
            let led = Set(a.service.standing.led.keys)
            let session = try await scene.leaveTransaction(of: a.id, on: try #require(led.min()))
            a.leases.isCut = true
            await scene.ledger.waits { pages in
                pages.working[b.id]?.count == 6 && pages.working[a.id]?.values.allSatisfy(\.rests) ?? true
            }
            await #expect(throws: PostgreSQLFailure.self) {
                try await onThread { try session.query(PostgreSQLStatement("end", "COMMIT"), within: .minutes(3)) }
            }
            a.leases.isCut = false
            await scene.ledger.waits { led.isSubset(of: $0.losses[a.id] ?? []) }
            await scene.ledger.waits { $0.counts(a.id, b.id) == [3, 3] }
            #expect(a.service.standing.lost >= 3)
        }
        #expect(complaints == [])
    }

    @Test("An account that leaves the configuration of all is led by nobody")
    func plans() async throws {
        let complaints = try await FleetScene.running(accounts: 4) { scene in
            let (a, b) = (try await scene.daemon("a"), try await scene.daemon("b"))
            await scene.ledger.waits { $0.counts(a.id, b.id) == [2, 2] }
            for daemon in [a, b] { daemon.service.goBy(["account-1", "account-2"]) }
            await scene.ledger.waits { pages in
                let led = [a.id, b.id].flatMap { pages.working[$0]?.keys.sorted() ?? [] }
                return pages.counts(a.id, b.id) == [1, 1] && Set(led) == ["account-1", "account-2"]
            }
        }
        #expect(complaints == [])
    }

    /// Blocks until it is let go.
    private final class Stuck: LeaseStore {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)

        func answer(_ verb: FleetMachine.Verb) throws(FleetMachine.Failure) -> FleetMachine.Answer {
            ask.yield()
            gate.wait()
            throw .failed("it was let go")
        }
    }

    @Test("A store that hangs keeps neither the loop nor a stop waiting")
    func hangs() async throws {
        let (store, clock) = (Stuck(), SteadyClock())
        let permit = BeginPermit(clock: clock)
        let service = FleetService(
            DaemonID("a"), .standard, at: store, commanding: FleetLedger().commands(of: DaemonID("a"), permit),
            permit: permit, clock: clock, logger: Logger(label: "a", factory: { _ in SwiftLogNoOpLogHandler() }))
        defer { store.gate.signal() }
        await withTaskGroup { tasks in
            tasks.addTask { await service.run() }
            for await _ in store.asked { break }
            await service.answers()
            #expect(!permit.isValid)
            service.stop()
        }
    }
}
