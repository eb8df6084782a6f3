// What became of transactions long past, which nobody asks about any more.

import EventStore
import PostgreSQLClient

extension PostgresStore {
    /// By the server's clock, of which there is one; a part at a time. Of several daemons that do it at once, each takes
    /// another part.
    ///
    /// - Returns: whether there may be more.
    func pruneBatches() throws -> Bool {
        let old = PostgreSQLStatement(
            "old batches",
            """
            DELETE FROM \(schema.name).batch WHERE id IN (
                SELECT id FROM \(schema.name).batch WHERE made_at < now() - make_interval(secs => $1)
                ORDER BY made_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING 1 AS gone
            """,
            [.float8(PostgresLimits.batchesKept.inSeconds), .int(PostgresLimits.batchesPrunedAtOnce)])
        let transaction = PostgreSQLTransaction([old], limits: PostgresLimits.ofVerbs)
        return switch try pool.lend({ $0.transaction(transaction, within: PostgresLimits.commitPatience) }) {
        case .committed(let rows): rows[0].count == PostgresLimits.batchesPrunedAtOnce
        case .failed(let failure): throw failure
        // The next time tells.
        case .unknown: false
        }
    }
}
