// The fleet among the services of the daemon: shares accounts from the start to when all of them have ended.

import DaemonConfiguration
import EventStore
import Fleet
import Logging
import ServiceLifecycle

/// Stands before the supervisor, so that it ends after it: leases are renewed as long as anything is under way, and given
/// back at once after that.
struct FleetHost: Service {
    let fleet: FleetService
    private let led: LedAccounts
    private let supervisor: Supervisor

    /// Nil for a store that is this daemon's alone.
    init?(
        of store: any StateStore, _ settings: DaemonSettings, led: LedAccounts, _ supervisor: Supervisor,
        permit: BeginPermit, clock: SteadyClock, logger: Logger
    ) {
        let terms = settings.fleet.map { LeaseTerms(lease: $0.lease) } ?? .standard
        guard let (id, leases) = store.leases(terms) else { return nil }
        fleet = FleetService(id, terms, at: leases, commanding: led, permit: permit, clock: clock, logger: logger)
        (self.led, self.supervisor) = (led, supervisor)
        logger.notice("accounts are shared with other daemons on this store", metadata: ["daemon": "\(id)"])
        led.standsAs { [fleet] in fleet.standing }
        led.tellsOfPlans { [fleet] in fleet.goBy($0) }
    }

    func run() async throws {
        await withTaskGroup { tasks in
            tasks.addTask { [led, supervisor] in await led.run(supervisor) }
            await fleet.run()
            tasks.cancelAll()
        }
        try? await gracefulShutdown()
    }
}
