// The real program beside others that lock, delete, replace or damage its store.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Trouble with the store", .timeLimit(.minutes(60)))
struct StoreTroubleTests {
    /// Another process that holds the write lock of a store, until it is told to let go.
    private func lock(_ path: String, beginning: String = "BEGIN IMMEDIATE") async throws -> RunningProgram {
        let script = """
            import sqlite3, signal, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
            store.execute(sys.argv[2])
            print("locked", flush=True)
            signal.pause()
            """
        let locker = try RunningProgram("/usr/bin/env", ["python3", "-c", script, path, beginning])
        try #require(await locker.lines.first { _ in true } == "locked")
        return locker
    }

    /// Another process that lets nobody read a store either, as one does that recovers it.
    private func lockForReaders(_ path: String) async throws -> RunningProgram {
        let script = """
            import fcntl, signal, sys
            index = open(sys.argv[1] + "-shm", "r+b")
            fcntl.lockf(index, fcntl.LOCK_EX, 8, 120)
            print("locked", flush=True)
            signal.pause()
            """
        let locker = try RunningProgram("/usr/bin/env", ["python3", "-c", script, path])
        try #require(await locker.lines.first { _ in true } == "locked")
        return locker
    }

    private func rest(of program: RunningProgram) async -> [String] {
        var said: [String] = []
        for await line in program.lines { said.append(line) }
        return said
    }

    @Test("A second daemon is refused through a link of either kind, and the first goes on")
    func links() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let first = try stage.startDaemon()
            try await first.hasLearned(4)
            let (symbolic, hard) = (stage.storePath + ".symbolic", stage.storePath + ".hard")
            try FileManager.default.createSymbolicLink(atPath: symbolic, withDestinationPath: stage.storePath)
            try FileManager.default.linkItem(atPath: stage.storePath, toPath: hard)
            for path in [symbolic, hard] {
                try stage.configure(["store.path": "\"\(path)\""])
                let second = try stage.startDaemon()
                #expect(await second.lines.first { $0.contains("in use by another process") } != nil)
                #expect(await second.exitStatus == 69)
            }
            stage.live.change { instance, now in (0..<5).flatMap { _ in instance.edit(at: now) } }
            try await stage.took.wait { !$0.isEmpty }
            #expect(await first.stop() == 0)
        }
    }

    @Test("A new store is said to be new, and one that was there is not")
    func newStore() async throws {
        try await Stage.set { stage in
            try stage.configure()
            for isNew in [true, false] {
                let daemon = try stage.startDaemon()
                let said = await daemon.lines.first {
                    $0.contains("the state store is new") || $0.contains("\"message\":\"polling\"")
                }
                #expect(said?.contains("the state store is new") == isNew)
                #expect(await daemon.stop() == 0)
            }
        }
    }

    @Test(
        "A store that vanishes ends the daemon with 69 and the way out", arguments: ["deleted", "replaced", "emptied"])
    func vanishes(how: String) async throws {
        try await Stage.set { stage in
            // Nothing is written meanwhile: it is not a verb that notices.
            try stage.configure(["event.poller.refresh_interval": "60"])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            switch how {
            case "deleted": try FileManager.default.removeItem(atPath: stage.storePath)
            case "replaced":
                try Data("another".utf8).write(to: URL(fileURLWithPath: stage.storePath), options: .atomic)
            default: #expect(truncate(stage.storePath, 0) == 0)
            }
            let said = await rest(of: daemon)
            #expect(said.contains { $0.contains("was \(how)") && $0.contains("start the daemon again") })
            #expect(await daemon.exitStatus == 69)
            if how == "replaced" {
                #expect(try Data(contentsOf: URL(fileURLWithPath: stage.storePath)) == Data("another".utf8))
            }
        }
    }

    @Test("A write lock of another process is waited for; the loops answer meanwhile, and a stop is a stop")
    func locked() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let socket = try NotifySocket("@insightly-\(UUID().uuidString.prefix(8))")
            let daemon = try stage.startDaemon(environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "400000"])
            try await daemon.hasLearned(4)
            let locker = try await lock(stage.storePath)
            let told = await daemon.lines.first { $0.contains("is locked") }
            #expect(told?.contains("another process holds its write lock") == true)
            // All of these are from after the lock: what was reported before has been read.
            socket.drain()
            var signsOfLife = 0
            while signsOfLife < 10 { if try await socket.receive() == "WATCHDOG=1" { signsOfLife += 1 } }
            daemon.signal(SIGTERM)
            let said = await rest(of: daemon)
            #expect(await daemon.exitStatus == 0)
            #expect(!said.contains { $0.contains("no room") || $0.contains("full") })
            #expect(said.filter { $0.contains("is locked") }.isEmpty)
            locker.signal(SIGKILL)
        }
    }

    @Test("While another process locks the store, monitoring is told what was seen last, however often it asks")
    func lockedMetrics() async throws {
        try await Stage.set { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\""])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await daemon.hasLearned(4)
            let before = try await knownMetrics(of: "http://127.0.0.1:\(port)")
            #expect(before.contains("insightly_webhooks_state_age_seconds"))
            let locker = try await lockForReaders(stage.storePath)
            try await withThrowingTaskGroup { asking in
                for _ in 0..<12 { asking.addTask { try await get("http://127.0.0.1:\(port)/metrics") } }
                for try await (_, said) in asking {
                    #expect(said.contains("insightly_webhooks_last_sequence "))
                }
            }
            for path in ["healthz", "readyz"] { _ = try await get("http://127.0.0.1:\(port)/\(path)") }
            locker.signal(SIGKILL)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("After a lock nothing is lost and nothing told twice")
    func unlocked() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let locker = try await lock(stage.storePath)
            stage.live.change { instance, now in (0..<20).flatMap { _ in instance.edit(at: now) } }
            #expect(await daemon.lines.first { $0.contains("is locked") } != nil)
            locker.signal(SIGKILL)
            #expect(await daemon.lines.first { $0.contains("is not locked any more") } != nil)
            try await stage.took.wait { !$0.isEmpty }
            #expect(await daemon.stop() == 0)
            #expect(Set(stage.took.events.map(\.sequence)).count == stage.took.events.count)
        }
    }

    @Test("A lock at the start is waited for, and a stop ends the waiting")
    func lockedAtStart() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let first = try stage.startDaemon()
            try await first.hasLearned(4)
            #expect(await first.stop() == 0)
            let locker = try await lock(stage.storePath)
            let stopped = try stage.startDaemon()
            #expect(await stopped.lines.first { $0.contains("another process holds its write lock") } != nil)
            #expect(await stopped.stop() == 0)
            let waiting = try stage.startDaemon()
            #expect(await waiting.lines.first { $0.contains("another process holds its write lock") } != nil)
            locker.signal(SIGKILL)
            #expect(await waiting.lines.first { $0.contains("\"message\":\"polling\"") } != nil)
            #expect(await waiting.stop() == 0)
        }
    }

    @Test("A damaged store ends the daemon with 69 and the way to a copy")
    func damaged() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let first = try stage.startDaemon()
            try await first.hasLearned(4)
            #expect(await first.stop() == 0)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: stage.storePath))
            let size = try file.seekToEnd()
            // All but the first page, which says what tables there are, is noise.
            try file.seek(toOffset: 4096)
            try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
            try file.close()
            let daemon = try stage.startDaemon()
            let said = await rest(of: daemon)
            #expect(await daemon.exitStatus == 69)
            #expect(said.contains { $0.contains("damaged") && $0.contains("docs/operating.md") })
            #expect(!said.contains { $0.contains("room") })
        }
    }

    @Test("A part that is damaged is gone round where it can be, and told by log, readiness and metric")
    func damagedInPart() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let first = try stage.startDaemon()
            try await first.hasLearned(4)
            #expect(await first.stop() == 0)
            try await DamagedStore.damageKnownRecords(in: stage.storePath)
            try stage.configure(["admin.listen": "\"127.0.0.1:0\""])
            stage.live.change { instance, now in (0..<40).flatMap { _ in instance.edit(at: now) } }
            let daemon = try stage.startDaemon()
            let base = "127.0.0.1:\(try await daemon.adminPort)"
            let told = await daemon.lines.first { $0.contains("\"error\"") && $0.contains("damaged") }
            #expect(told?.contains("docs/operating.md") == true)
            let ready = try await get("http://\(base)/readyz")
            #expect(ready.status == 503)
            #expect(ready.body.contains("damaged"))
            let metrics = try await get("http://\(base)/metrics").body
            #expect(metrics.contains("insightly_webhooks_store_trouble{kind=\"damaged\"} 1\n"))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("An event that cannot be read becomes a dead letter, told with its sequence, and all others are sent")
    func unreadableEvent() async throws {
        try await Stage.set { stage in
            func configure(url: String) throws {
                try stage.configure([
                    "event.poller.start": #""beginning""#, "event.notification.retry.schedule": #"["1s", "1s", "1h"]"#,
                    "event.notification.endpoints": #"[{"name": "other", "url": "\#(url)"}]"#,
                ])
            }
            try configure(url: "http://127.0.0.1:9/")
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            let script = """
                import sqlite3, sys
                store = sqlite3.connect(sys.argv[1])
                store.execute("UPDATE event SET body = x'0100' WHERE sequence = 7")
                store.commit()
                """
            let damage = try RunningProgram("/usr/bin/env", ["python3", "-c", script, stage.storePath])
            #expect(await damage.exitStatus == 0)
            try configure(url: stage.callback)
            let second = try stage.startDaemon()
            let told = await second.lines.first { $0.contains("the body of this event cannot be read") }
            #expect(
                told?.contains(#""sequence":7,"#) == true || told?.contains(#""sequence":7}"#) == true, "\(told ?? "")")
            _ = try await stage.says(["resume", "other"])
            while try await stage.deliveries("--endpoint", "other", "--state", "delivered", "--limit", "200").count < 94
            {}
            #expect(try await stage.deliveries("--endpoint", "other", "--state", "dead").count == 1)
            #expect(try await stage.refuses(["events", "show", "7"]).said.contains("cannot be read"))
            #expect(await second.stop() == 0)
        }
    }
}
