// What became of transactions long past, which nobody asks about any more.

import PostgreSQLClient

extension PostgresStore {
    /// By the server's clock, of which there is one.
    func pruneBatches() throws {
        let old = PostgreSQLStatement(
            "old batches", "DELETE FROM \(schema.name).batch WHERE made_at < now() - make_interval(secs => $1)",
            [.float8(PostgresLimits.batchesKept.inSeconds)])
        let transaction = PostgreSQLTransaction([old], limits: PostgresLimits.ofVerbs)
        // What is not gone by this time is by the next.
        _ = try pool.lend { $0.transaction(transaction, within: PostgresLimits.commitPatience) }
    }
}
