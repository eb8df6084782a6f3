// What PostgreSQL's planner knows of tables that have just been filled.

import Dispatch
import PostgreSQLClient
import Synchronization

/// Has the tables looked through once they have grown.
///
/// PostgreSQL does that itself, a minute later. Until then it takes a table for one of which little belongs to each
/// account, and looks through all of it for what an index would find: after a first contact, outcomes took a hundred times
/// as long to record.
final class Statistics: Sendable {
    private struct State {
        var written = 0
        var next = 2_000
    }

    /// From one look to the next; PostgreSQL's own come in between.
    private static let growth = 4
    private static let tables = ["known_record", "event", "delivery"]

    private let pool: SessionPool
    private let schema: String
    private let state = Mutex(State())
    /// Nobody waits for it.
    private let queue = DispatchQueue(label: "statistics of the state store")

    init(_ pool: SessionPool, in schema: String) {
        self.pool = pool
        self.schema = schema
    }

    /// Rows were added to the tables. A user who does not own them is told nothing by PostgreSQL, and gains nothing.
    func grew(by rows: Int) {
        let isDue = state.withLock { state in
            state.written += rows
            guard state.written >= state.next else { return false }
            state.next = state.written * Self.growth
            return true
        }
        guard isDue else { return }
        queue.async { [self] in lookThrough() }
    }

    private func lookThrough() {
        let names = Self.tables.map { "\(schema).\($0)" }.joined(separator: ", ")
        // What fails here fails where it matters as well.
        _ = try? pool.lend {
            try $0.queries([PostgreSQLStatement("statistics", "ANALYZE \(names)")], within: PostgresLimits.patience)
        }
    }
}
