// Deliveries of which the body cannot be read: nothing can be sent of them, and nothing is to wait for them.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Makes dead letters of deliveries that were claimed, without an attempt: the next of their records may go.
    package func giveUpUnreadable(_ claimed: [DueDelivery], of endpoint: StoredEndpoint, at now: Instant) throws {
        try pool.write { db in
            for delivery in claimed {
                try db.close(delivery.id, as: .dead, attempts: delivery.attempts, of: endpoint, at: now)
            }
            db.afterNextTransaction { [claims] _ in claims.remove(claimed.map(\.id)) }
        }
    }
}
