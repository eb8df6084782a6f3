// The services that stand for the daemon as a whole.

import ChangeFeed
import ServiceLifecycle

/// Says that the daemon is ready once everything before it runs, and that it stops as soon as it is told to: services
/// end in reverse, and this is the last one.
struct ReadinessService: Service {
    let notifier: SystemdNotifier
    /// For `systemctl status`.
    let status: String

    func run() async throws {
        notifier.ready()
        notifier.status(status)
        try? await cancelWhenGracefulShutdown {
            try await ContinuousClock().sleep(for: Limits.startIsOver)
            CodePages.letGo()
        }
        try? await gracefulShutdown()
        notifier.stopping(within: Limits.stopping)
    }
}
