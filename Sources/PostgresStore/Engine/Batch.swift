// How a holder finds out what became of a transaction whose COMMIT was not answered as it should be.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient

/// A transaction by a number of its own, which is the first row that it writes.
///
/// A number that the server gives out would do for nothing: after a crash it is given out again. And a look for the row would
/// not do: the transaction may be under way still, or the row may be on this server alone.
struct Batch {
    private let id = Batch.newID()
    private let schema: String

    init(in schema: String) {
        self.schema = schema
    }

    /// The first statement of the transaction.
    var mark: PostgreSQLStatement {
        PostgreSQLStatement("batch", "INSERT INTO \(schema).batch (id, state) VALUES ($1, 'done')", [.uuid(id)])
    }

    /// Waits for the transaction as for a row that somebody else has locked; bars it, where it was not begun; and is itself
    /// behind it in the log, so that its own acknowledgement is that of both. May be repeated.
    private var question: PostgreSQLStatement {
        PostgreSQLStatement(
            "what became of a batch",
            """
            INSERT INTO \(schema).batch AS batch (id, state) VALUES ($1, 'lost')
            ON CONFLICT (id) DO UPDATE SET seen = batch.seen + 1 RETURNING state
            """, [.uuid(id)])
    }

    /// Returns once it is certain that everything is kept.
    ///
    /// - Throws: `BatchLost` where it is certain that nothing is. `BatchInDoubt` where the store was closed before that was known.
    func settle(_ doubt: PostgreSQLDoubt, at pool: SessionPool) throws {
        let asking = PostgreSQLTransaction([question], limits: PostgresLimits.ofVerbs)
        while !pool.isClosed {
            if case .committed(let rows)? = try? pool.lend({
                $0.transaction(asking, within: PostgresLimits.commitPatience)
            }) {
                if try rows[0][0].value("state") == "done" { return }
                throw BatchLost(doubt: doubt)
            }
            pool.tellOfDoubt(
                StoreFailure(.unreachable, cause: "\(doubt); what became of it is asked until it is known"))
            Thread.sleep(forTimeInterval: PostgresLimits.readBackPause.inSeconds)
        }
        throw BatchInDoubt(doubt: doubt)
    }

    /// The milliseconds since 1970 and 80 random bits: those of one time lie together in the index.
    private static func newID() -> PostgreSQLUUID {
        let milliseconds = UInt64(Date().timeIntervalSince1970 * 1_000)
        return PostgreSQLUUID(
            high: milliseconds << 16 | UInt64(UInt16.random(in: 0...(.max))), low: .random(in: 0...(.max)))
    }
}

/// Nothing of a transaction is kept, which is known by now: it may be done again.
struct BatchLost: Error, CustomStringConvertible {
    let doubt: PostgreSQLDoubt

    var description: String { "\(doubt); it is known by now that nothing of it is kept" }
}

/// A transaction may be kept or not, and nobody was asked any more: whoever wrote it must not go on.
struct BatchInDoubt: Error, CustomStringConvertible {
    let doubt: PostgreSQLDoubt

    var description: String { "\(doubt). The store was closed before that could be found out" }
}
