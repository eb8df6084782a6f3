// What became of transactions long past, which nobody asks about any more.

import EventStore
import PostgreSQLClient

extension PostgresStore {
    /// By the server's clock, of which there is one; a part in each transaction. Of several daemons that do it at once, each
    /// takes another part.
    func pruneBatches() throws {
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
        while true {
            switch try pool.lend({ $0.transaction(transaction, within: PostgresLimits.commitPatience) }) {
            case .committed(let rows): if rows[0].count < PostgresLimits.batchesPrunedAtOnce { return }
            case .failed(let failure): throw failure
            // The next time tells.
            case .unknown: return
            }
        }
    }
}
