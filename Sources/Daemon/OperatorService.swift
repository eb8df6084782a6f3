// Carries out what commands beside the daemon ask of it, by way of the store.

import ChangeFeed
import ChangeStore
import Logging
import ServiceLifecycle

struct OperatorService: Service {
    /// Somebody who asked waits for it.
    private static let interval: Duration = .seconds(2)

    let account: StoredAccount
    let desk: StoreDesk
    let logger: Logger
    let released: @Sendable (ResourceName) -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await carryOut()
                try await ContinuousClock().sleep(for: Self.interval)
            }
        }
    }

    private func carryOut() async {
        let account = account
        do {
            guard try await desk.run({ try $0.hasRequests() }) else { return }
            for name in try await desk.run({ try $0.takeReleases(of: account) }) {
                logger.notice(
                    "the deletes that were held are released; each is confirmed by its id",
                    metadata: ["resource": "\(name)"])
                released(name)
            }
        } catch {
            logger.warning("what was asked of the daemon could not be read from the store; trying again: \(error)")
        }
    }
}
