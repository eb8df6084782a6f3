import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import StagedStores
import Synchronization
import Testing

@testable import PostgresStore

@Suite("What became of a transaction is found out before anybody goes on", .timeLimit(.minutes(60)))
struct DoubtTests {
    /// A COMMIT that waits for a standby, told to stop waiting, is a success to PostgreSQL, and to nobody else.
    @Test("One whose wait for its standby was ended returns once a standby has it, and not before")
    func endedWait() async throws {
        try await PrivateCluster.running(["max_wal_senders": "4"]) { server in
            let store = try await onThread { try PrivateStore(at: server.address) }
            try await server.set("synchronous_standby_names", "nobody")
            let isDone = Mutex(false)
            async let committed: Void = onThread {
                try store.staged.commit([StagedStore<PostgresAccountStore>.record(1, name: "A")])
                isDone.withLock { $0 = true }
            }
            for _ in 0..<2 {
                try await server.waitUntil("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')")
                #expect(!isDone.withLock { $0 })
                try await server.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            }
            // By now the transaction is on the server, and one question after it was cancelled in the same way.
            try await server.waitUntil("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')")
            #expect(!isDone.withLock { $0 })
            try await server.set("synchronous_standby_names", "")
            try await committed
            let log = try await onThread {
                try store.staged.store.look { try $0.listedEvents([], limit: 9).map(\.sequence) }
            }
            #expect(log == [1])
        }
    }

    @Test(
        "Nothing is lost and nothing is there twice, however often the server is stopped and started",
        arguments: [SIGQUIT, SIGINT])
    func restarts(signal: Int32) async throws {
        try await PrivateCluster.running { server in
            let store = try await onThread { try PrivateStore(at: server.address) }
            let pages = 60
            let (written, tell) = AsyncStream.makeStream(of: Int.self)
            async let failures: Int = onThread {
                var failures = 0
                for page in 0..<pages {
                    let records = (0..<20).map { StagedStore<PostgresAccountStore>.record(100 * page + $0, name: "A") }
                    // As the daemon does: what failed for a reason that passes is tried again.
                    while true {
                        do {
                            try store.staged.commit(records)
                            break
                        } catch {
                            guard StoreFailure(postgres: error)?.trouble.passes == true else { throw error }
                            failures += 1
                        }
                    }
                    tell.yield(page + 1)
                }
                tell.finish()
                return failures
            }
            var stops = 0
            for await pagesWritten in written where pagesWritten >= (stops + 1) * pages / 5 && stops < 4 {
                stops += 1
                await server.stop(signal)
                try await server.start()
            }
            _ = try await failures
            #expect(stops == 4)
            let sequences = try await onThread {
                try store.staged.store.look { try $0.listedEvents([], limit: .max).map(\.sequence) }
            }
            #expect(sequences.reversed() == Array(1...(pages * 20)))
        }
    }

    @Test("A batch that nobody has begun is barred by whoever asks, and one that is kept is kept for all who ask")
    func batches() async throws {
        try await SharedCluster.standard.lend { server in
            let store = try await onThread { try PrivateStore(at: server.address) }
            try await onThread { () throws -> Void in
                let (kept, late) = (Batch(in: store.location.schema), Batch(in: store.location.schema))
                // One that was begun, and one whose first statement never came.
                func write(_ batch: Batch) throws -> PostgreSQLOutcome {
                    let transaction = PostgreSQLTransaction([batch.mark], limits: PostgresLimits.ofVerbs)
                    return try store.store.pool.lend { $0.transaction(transaction, within: .seconds(10)) }
                }
                guard case .committed = try write(kept) else {
                    Issue.record("it was not kept")
                    return
                }
                for _ in 0..<2 { try kept.settle(.standbyWaitEnded, at: store.store.pool) }
                for _ in 0..<2 {
                    let lost = #expect(throws: BatchLost.self) {
                        try late.settle(.standbyWaitEnded, at: store.store.pool)
                    }
                    // It is done again, and nobody is told that somebody holds a lock.
                    #expect(lost.flatMap { StoreFailure(postgres: $0)?.trouble } == .unreachable)
                }
                guard case .failed(let failure) = try write(late) else {
                    Issue.record("it came after all")
                    return
                }
                #expect(failure.trouble == .uniqueViolation)
            }
        }
    }

    @Test(
        "A server that was left behind by a promotion is not spoken to any more, though it stands first in the address")
    func leftBehind() async throws {
        try await PrivateCluster.running { old in
            try await old.withStandby(isSynchronous: false) { new in
                let store = try await onThread { try PrivateStore(at: old.address) }
                _ = try await onThread {
                    try store.staged.commit([StagedStore<PostgresAccountStore>.record(1, name: "A")])
                }
                try await old.waitUntil(
                    "NOT EXISTS (SELECT FROM pg_stat_replication WHERE replay_lsn < pg_current_wal_lsn())")
                let both = "host=\(old.folder),\(new.folder) port=\(old.port),\(new.port) user=tester dbname=postgres"
                let moved = try await onThread { try PrivateStore(at: both, schema: store.location.schema) }
                try await new.promote()
                await old.stop(SIGINT)
                _ = try await onThread {
                    try moved.staged.commit([StagedStore<PostgresAccountStore>.record(2, name: "A")])
                }
                try await old.start()
                // Its sessions end, so that it has to choose anew.
                try await new.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tests'")
                let log = try await onThread {
                    try moved.staged.commit([StagedStore<PostgresAccountStore>.record(3, name: "A")])
                    return try moved.staged.store.look { try $0.listedEvents([], limit: .max).map(\.sequence) }
                }
                #expect(log == [3, 2, 1])
                #expect(try await new.sql("SELECT count(*) FROM \(store.location.schema).event") == "3")
                #expect(try await old.sql("SELECT count(*) FROM \(store.location.schema).event") == "1")
            }
        }
    }
}
