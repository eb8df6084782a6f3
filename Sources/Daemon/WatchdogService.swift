// Tells systemd that the daemon is alive, as long as its loops answer.

import ChangeFeed
import ServiceLifecycle

/// Asks every loop in turn, and reports only when all have answered: a loop that hangs is a daemon that hangs.
struct WatchdogService: Service {
    /// Those that run.
    let loops: @Sendable () -> [any ServiceLoop]
    /// Between two reports: half of what systemd allows.
    let interval: Duration
    let report: @Sendable () -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                for loop in loops() { await loop.answers() }
                try Task.checkCancellation()
                report()
                try await ContinuousClock().sleep(for: interval)
            }
        }
    }
}
