// A copy of the store that was made while the real daemon polled and delivered, and what a daemon makes of it.

import ChangeFeed
import ChangeOracle
import ChangeStore
import EventStore
import Foundation
import ReceivedEvents
import RunningServices
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Backup", .timeLimit(.minutes(60)))
struct BackupTests {
    static let polled: [SimulatedObject] = [.contacts, .organisations, .leads, .opportunities]

    /// The log of a store, as receivers read its events.
    private func log(of path: String) throws -> [ReceivedEvent] {
        let store = try SQLiteVisitor(path: path, account: "default", isReadOnly: true)
        var events: [ListedEvent] = []
        // The bodies of a long log come in parts.
        while true {
            let part = try store.events(after: events.last?.sequence ?? 0, limit: .max)
            events += part.events
            guard part.hasMore else { return try events.map { try #require(ReceivedEvent(body: $0.body)) } }
        }
    }

    /// A record that is created after everything else: once it has been told, everything before it has been read.
    private func marks(_ stage: Stage) throws -> [String] {
        try stage.live.withInstance { instance, now in
            try Self.polled.map { "\($0.resource)/\(try instance.create($0, at: now).id)" }
        }
    }

    /// Goes on while the daemon says anything, until its log holds all that there is to tell.
    private func hasToldAll(_ daemon: RunningProgram, _ stage: Stage) async throws {
        let marks = try marks(stage)
        for await line in daemon.lines where line.contains("read a page") {
            let events = try log(of: stage.storePath)
            let records = Set(events.map(\.recordName))
            if marks.allSatisfy(records.contains), stage.deletionsAreTold(events, Self.polled),
                stage.isComplete(events, Self.polled)
            {
                return
            }
        }
        Issue.record("the daemon ended before it had told all")
    }

    @Test("Taken under load, it is a store to go on with: without a gap, an id twice or a first run")
    func underLoad() async throws {
        try await Stage.set(Stage.world(seed: 5) { $0.limits.perSecond = nil }) { stage in
            // Edits that move no updated date are found by sweeps only.
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.poller.overlap": #""20s""#,
                "event.poller.sweep_interval": #""2s""#,
            ])
            let copies = (1...4).map { stage.directory.appendingPathComponent("copy\($0).sqlite3").path }
            let first = try stage.startDaemon()
            // Known first: of a record that is deleted before it was ever read, nobody can tell.
            try await first.hasLearned(4)
            try await running(EditingService(stage.live, editsPerMinute: 3_000, seed: 8)) {
                for (round, path) in copies.enumerated() {
                    try await stage.took.wait { $0.count > 60 + round * 40 }
                    let said = try await stage.says(["backup", path, "--json"])
                    let report = try #require(
                        try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any])
                    #expect(report["file"] as? String == path && (report["bytes"] as? Int ?? 0) > 10_000)
                    #expect(report["last_sequence"] as? Int == (try log(of: path).last?.sequence))
                }
            }
            try await hasToldAll(first, stage)
            #expect(await first.stop() == 0)
            let whole = try log(of: stage.storePath)
            for copy in copies {
                let copied = try log(of: copy)
                #expect(copied.count > 60 && copied.count < whole.count)
                #expect(copied.map(\.id) == whole.prefix(copied.count).map(\.id))
                try await goOn(from: copy, copied.count, stage)
            }
        }
    }

    private func goOn(from copy: String, _ copied: Int, _ stage: Stage) async throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: stage.storePath + suffix) }
        try FileManager.default.copyItem(atPath: copy, toPath: stage.storePath)
        let daemon = try stage.startDaemon()
        try await hasToldAll(daemon, stage)
        #expect(await daemon.stop() == 0)
        let log = try log(of: stage.storePath)
        #expect(log.compactMap(\.sequence) == Array(1...log.count) && log.count > copied)
        #expect(Set(log.map(\.id)).count == log.count)
        // A first run would tell of every record once more, and a gap would leave one with an earlier state.
        let world = stage.live.withInstance { instance, _ in instance }
        let verdict = try Verdict(taken: log, world: world, polled: Self.polled) { _ in .beginning }
        #expect(verdict.faults == [])
    }

    @Test("A file that is there is refused, and the store itself in any case")
    func refused() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let path = stage.directory.appendingPathComponent("copy.sqlite3").path
            #expect(try await stage.says(["backup", path]).contains("no event yet"))
            let (said, status) = try await stage.refuses(["backup", path])
            #expect(status == 1 && said.contains("--force"), "\(said)")
            #expect(try await stage.says(["backup", path, "--force"]).hasPrefix(path))
            let (own, refusal) = try await stage.refuses(["backup", stage.storePath, "--force"])
            #expect(refusal == 1 && own.contains("in use"), "\(own)")
            #expect(await daemon.stop() == 0)
        }
    }
}
