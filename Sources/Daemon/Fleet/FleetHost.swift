// The fleet among the services of the daemon: shares accounts from the start to when all of them have ended.

import DaemonConfiguration
import EventStore
import Fleet
import Logging
import ServiceLifecycle

/// Stands before the supervisor, so that it ends after it: leases are renewed as long as anything is under way. Each is given
/// back as soon as its account has ended.
struct FleetHost: Service {
    let fleet: FleetService
    private let led: LedAccounts
    private let supervisor: Supervisor
    /// Open once the daemon is to stop.
    private let stop: Latch

    /// Nil for a store that is this daemon's alone.
    init?(
        of store: any StateStore, _ settings: DaemonSettings, led: LedAccounts, _ supervisor: Supervisor,
        permit: BeginPermit, clock: SteadyClock, stop: Latch, logger: Logger
    ) {
        self.stop = stop
        let terms = settings.fleet.map { LeaseTerms(lease: $0.lease) } ?? .standard
        guard let (id, leases) = store.leases(terms) else { return nil }
        fleet = FleetService(id, terms, at: leases, commanding: led, permit: permit, clock: clock, logger: logger)
        (self.led, self.supervisor) = (led, supervisor)
        logger.notice("accounts are shared with other daemons on this store", metadata: ["daemon": "\(id)"])
        led.haltsBy { [supervisor] in supervisor.running[$0]?.stop() }
        led.standsAs { [fleet] in fleet.standing }
        led.tellsOfPlans { [fleet] in fleet.goBy($0) }
    }

    func run() async throws {
        await withTaskGroup { tasks in
            tasks.addTask { [led, supervisor] in await led.run(supervisor) }
            // Before its turn among the services: each account is given back as it ends, and none is taken any more.
            tasks.addTask { [stop, fleet] in
                await stop.wait()
                fleet.stop()
            }
            await fleet.run()
            tasks.cancelAll()
        }
        try? await gracefulShutdown()
    }
}
