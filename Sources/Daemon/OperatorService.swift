// Carries out what commands beside the daemon ask of it, by way of the store.

import ChangeFeed
import ChangeStore
import Logging
import ServiceLifecycle

struct OperatorService: Service {
    /// Somebody who asked waits for it.
    private static let interval: Duration = .seconds(2)

    let account: StoredAccount
    let endpoint: StoredEndpoint
    let desk: StoreDesk
    let logger: Logger
    let released: @Sendable (ResourceName) -> Void
    let resumed: @Sendable () -> Void

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var carriedOut: Set<ResourceName> = []
            while true {
                carriedOut = await carryOut(besides: carriedOut)
                try await ContinuousClock().sleep(for: Self.interval)
            }
        }
    }

    /// Says what is asked for now, what was carried out before among it.
    private func carryOut(besides carriedOut: Set<ResourceName>) async -> Set<ResourceName> {
        let (account, endpoint) = (account, endpoint)
        do {
            // It stays asked for until the store has it.
            if try await desk.run({ try $0.isResumptionRequested(of: endpoint) }) { resumed() }
            let asked = Set(try await desk.run { try $0.requestedReleases(of: account) })
            for name in asked.subtracting(carriedOut) {
                logger.notice(
                    "the deletes that were held are released; each is confirmed by its id",
                    metadata: ["resource": "\(name)"])
                released(name)
            }
            return asked
        } catch {
            logger.warning("what was asked of the daemon could not be read from the store; trying again: \(error)")
            return carriedOut
        }
    }
}
