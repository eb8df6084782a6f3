// The wiring: settings in, services out, run until told to stop.

import ChangeFeed
import DaemonConfiguration
import EventStore
import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon of one account and its endpoints.
package struct Daemon: Sendable {
    let settings: DaemonSettings
    let store: any StoreLocation
    let version: String
    let logger: Logger
    let log: LogSetting
    let notifier: SystemdNotifier
    let reread: @Sendable () throws -> ReadSettings

    /// - Parameters:
    ///   - store: where the state store is.
    ///   - log: what the logger goes by.
    ///   - reread: reads the configuration again, with every secret it refers to.
    package init(
        settings: DaemonSettings, store: any StoreLocation, version: String, logger: Logger, log: LogSetting,
        notifier: SystemdNotifier, reread: @escaping @Sendable () throws -> ReadSettings
    ) {
        self.settings = settings
        self.store = store
        self.version = version
        self.logger = logger
        self.log = log
        self.notifier = notifier
        self.reread = reread
    }

    /// Runs until SIGTERM or SIGINT; what is in flight then is finished, within bounds.
    ///
    /// - Throws: `StoreProblem` where the store cannot be used.
    package func run() async throws {
        FreeMemory.giveBackEarly()
        // From the first moment on: a stop that comes while the store is opened is a stop, and no death by signal.
        let signals = await DaemonSignals.trapped()
        let stop = Latch()
        let (reloads, reload) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listening = Task { await DaemonSignals.heed(signals, stop: stop, reload: reload, telling: logger) }
        defer { listening.cancel() }
        let (adminPlaces, adminPlace) = AsyncStream.makeStream(of: Servers.AdminPlace?.self)
        let (hintPlaces, hintPlace) = AsyncStream.makeStream(of: HintListen?.self)
        let clock = SteadyClock()
        let led = LedAccounts(isShared: store.isShared, logger: logger)
        let permit = BeginPermit(clock: clock, until: store.isShared ? .distantPast : .distantFuture)
        let supervisor = Supervisor(
            .init(
                store: store, version: version, clock: clock, logger: logger, log: log, stop: stop, permit: permit,
                epoch: { led.epoch(of: $0) }, leads: { led.leads($0) }, listen: { adminPlace.yield($0) },
                listenForHints: { hintPlace.yield($0) }))
        let servers = Servers(
            supervisor: supervisor,
            desk: SupervisedDesk(
                supervisor: supervisor, led: led, permit: permit, store: store, version: version, clock: clock),
            version: version, logger: logger)
        let isPrepared = try await led.take(Plan(settings)) { plan in
            try await supervisor.prepare(plan, opensStore: store.isShared)
        }
        guard isPrepared else { return logger.notice("stopped before the state store was open") }
        let fleet = supervisor.desk.flatMap { desk in
            FleetHost(
                of: desk.store, settings, led: led, supervisor, permit: permit, clock: clock, stop: stop, logger: logger
            )
        }
        if !settings.isEnabled { logger.notice("\(settings.whyNothing)") }
        let outcome = await Result {
            try await serve(
                [
                    ListeningHost(places: adminPlaces, server: servers.admin),
                    ListeningHost(places: hintPlaces, server: servers.hints),
                ] + (fleet.map { [$0] } ?? []) + [
                    supervisor,
                    ReloadService(
                        requests: reloads, read: reread, supervisor: supervisor, led: led, settings: settings,
                        store: store, notifier: notifier, logger: logger),
                ],
                supervisor, loops: { supervisor.loops + (fleet.map { [$0.fleet] } ?? []) }, until: stop)
        }
        await supervisor.desk?.close(within: Limits.storeMayClose)
        try outcome.get()
        logger.notice("stopped; what is not delivered waits in the store")
    }

    /// The loops begin nothing new as soon as the stop comes; the services are then waited for in reverse.
    ///
    /// - Parameter loops: those that run; where one hangs, the daemon does.
    private func serve(
        _ services: [any Service], _ supervisor: Supervisor, loops: @escaping @Sendable () -> [any ServiceLoop],
        until stop: Latch
    ) async throws {
        var services = services
        if let watchdog = notifier.watchdog {
            services.append(
                WatchdogService(loops: loops, interval: watchdog / 2, report: notifier.isAlive))
        }
        services.append(ReadinessService(notifier: notifier, status: settings.statusLine))
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            logger: quiet)
        configuration.maximumGracefulShutdownDuration = Limits.stopping
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask {
                await stop.wait()
                supervisor.stop()
                await group.triggerGracefulShutdown()
            }
            try await group.run()
            tasks.cancelAll()
        }
    }

    /// The service group's own account of its work is of use to its authors only.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = .error
        return logger
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
