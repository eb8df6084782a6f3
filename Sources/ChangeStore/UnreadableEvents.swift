// Deliveries of which the body cannot be read: nothing can be sent of them now.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Makes dead letters of deliveries that were claimed, without an attempt: the next of their records may go. Where it is
    /// a dictionary that is damaged or missing, all events of its resource cannot be read, and all can once a copy of it is
    /// back: they wait, and are looked at again in an hour.
    ///
    /// - Returns: those that were given up.
    package func giveUpUnreadable(
        _ claimed: [DueDelivery], of endpoint: StoredEndpoint, at now: Instant
    ) throws -> [Int64] {
        try pool.write { db in
            db.afterNextTransaction { [claims] _ in claims.remove(claimed.map(\.id)) }
            return try claimed.filter { delivery in
                if try db.lacksDictionary(ofDelivery: delivery.id, packing) {
                    try db.cachedStatement(sql: "UPDATE delivery SET due_at = ? WHERE id = ?")
                        .execute(arguments: [now + Limits.lostDictionaryRest, delivery.id])
                    return false
                }
                try db.close(delivery.id, as: .dead, attempts: delivery.attempts, of: endpoint, at: now)
                return true
            }.map(\.id)
        }
    }
}

extension Database {
    /// Whether the body was packed by a dictionary that there was. A number that was never given out is the row's damage.
    fileprivate func lacksDictionary(ofDelivery id: Int64, _ packing: Packing) throws -> Bool {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT coalesce(fold.body, event.body) AS body,
                        (SELECT seq FROM sqlite_sequence WHERE name = 'dictionary') AS given
                    FROM delivery JOIN event ON event.sequence = delivery.event_sequence
                    LEFT JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id = ?
                    """),
            arguments: [id])
        guard let row, let given: UInt32 = row["given"] else { return false }
        let form = row.bytes("body").withUnsafeBytes { PackedForm(of: $0) }
        guard case .byDictionary(let number, _) = form else { return false }
        return number <= given && !packing.knows(number)
    }
}
