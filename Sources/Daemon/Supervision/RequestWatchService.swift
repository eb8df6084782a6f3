// Looks for what commands beside the daemon have left in the store, for all accounts at once.

import EventStore
import ServiceLifecycle

struct RequestWatchService: Sendable {
    /// Somebody who asked waits for it.
    private static let interval: Duration = .seconds(2)

    let desk: StoreDesk
    /// Tells those of them that run.
    let tell: @Sendable (_ accounts: Set<Int64>) -> Void

    func run() async {
        try? await cancelWhenGracefulShutdown {
            while true {
                let store = desk.store
                // Where the store fails, whoever works with it says so.
                let asked = (try? await desk.run(.operate) { try store.accountsAsked() }) ?? []
                if !asked.isEmpty { tell(asked) }
                try await ContinuousClock().sleep(for: Self.interval)
            }
        }
    }
}
