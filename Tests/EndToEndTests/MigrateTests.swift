// A daemon whose state is carried from a file into PostgreSQL and back, and what it goes on with.

import ChangeFeed
import ChangeOracle
import Foundation
import PrivatePostgreSQL
import ReceivedEvents
import RunningServices
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Moving the state", .timeLimit(.minutes(60)))
struct MigrateTests {
    private let keys = [
        "event.poller.start": #""beginning""#, "event.poller.sweep_interval": #""2s""#,
        "event.poller.overlap": #""20s""#,
    ]

    private func inFile(_ path: String) -> [String: String] { keys.merging(["store.path": "\"\(path)\""]) { $1 } }

    private func edit(_ stage: Stage, _ times: Int) {
        stage.live.change { instance, now in (0..<times).flatMap { _ in instance.edit(at: now) } }
    }

    /// Waits until a record that is created now is told, and all before it without a gap, as is all that the other
    /// resource and the sweeps were yet to find.
    private func hasToldAll(_ stage: Stage) async throws {
        let mark = try stage.live.withInstance { try $0.create(.contacts, at: $1).id }
        try await stage.took.wait { events in
            let numbers = Set(events.compactMap(\.sequence))
            return events.contains { $0.recordName == "contacts/\(mark)" }
                && (1...(numbers.max() ?? 1)).allSatisfy(numbers.contains)
                && stage.isComplete(events, [.contacts, .leads])
        }
    }

    @Test("There and back, a daemon goes on without a gap, a first run or an id twice, and dead letters stay dead")
    func thereAndBack() async throws {
        let bad = ReceiverAnswer(.status(500), delivery: "abort-message")
        let behaviour = ReceiverBehaviour([.init(bad, .first(3))])
        try await PrivateCluster.withDatabase { database in
            try await Stage.set(Stage.world { $0.limits.perSecond = nil }, behaviour: behaviour) { stage in
                try stage.configure(inFile(stage.storePath))
                // Killed in the middle of what it learns and sends.
                let first = try stage.startDaemon()
                try await stage.took.wait { $0.count > 20 }
                first.signal(SIGKILL)
                _ = await first.exitStatus
                edit(stage, 10)

                try stage.configure(database.keys.merging(keys) { $1 }.merging(["fleet.lease": #""2s""#]) { $1 })
                let said = try await stage.says(["migrate", "--from", stage.storePath])
                #expect(said.contains("database \"\(database.name)\"") && said.contains("1 account, "), "\(said)")
                #expect(try await stage.deliveries("--state", "dead").count == 3)
                let second = try stage.startDaemon()
                try await second.saysNothingOfAFirstRun()
                edit(stage, 10)
                try await stage.took.wait { $0.count > 80 }
                // Past the first, of which three are dead: what is sent again is dead no more.
                _ = try await stage.says(["replay", "--sequence", "30-90", "--rate", "5"])
                second.signal(SIGKILL)
                _ = await second.exitStatus
                edit(stage, 10)

                let back = stage.directory.appendingPathComponent("back.sqlite3").path
                // What a daemon led that was killed, it leads until its lease is over.
                var answer = try await stage.refuses(["migrate", "--to", back])
                while answer.status == 69, answer.said.contains("until just now") {
                    answer = try await stage.refuses(["migrate", "--to", back])
                }
                #expect(answer.status == 0, "\(answer)")
                try stage.configure(inFile(back))
                #expect(try await stage.deliveries("--state", "dead").count == 3)
                let third = try stage.startDaemon()
                try await third.saysNothingOfAFirstRun()
                // Three are dead still, and told once they are sent again.
                _ = try await stage.says(["replay", "--dead", "--rate", "1000"])
                try await hasToldAll(stage)
                #expect(await third.stop() == 0)
                let events = stage.took.events
                #expect(events.compactMap(\.sequence).sorted() == Array(1...events.count))
                #expect(Set(events.map(\.id)).count == events.count)
                #expect(stage.receiver.summary.alteredBodies == 0)
                #expect(stage.isComplete(events, [.contacts, .leads]))
            }
        }
    }

    @Test("Nothing is carried while a daemon runs, into a store that is one already, or from nowhere")
    func refused() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(inFile(stage.storePath))
                let daemon = try stage.startDaemon()
                try await daemon.hasLearned(4)
                let running = try await stage.refuses(["migrate", "--to", database.address])
                #expect(running.status == 69 && running.said.contains("in use by another process"), "\(running)")
                #expect(await daemon.stop() == 0)
                _ = try await stage.says(["migrate", "--to", database.address])
                let again = try await stage.refuses(["migrate", "--to", database.address])
                #expect(again.status == 69 && again.said.contains("holds a state store already"), "\(again)")
                let same = try await stage.refuses(["migrate", "--from", database.address, "--to", stage.storePath])
                #expect(same.status == 69 && same.said.contains("is a state store already"), "\(same)")
                let nowhere = try await stage.refuses(["migrate", "--from", stage.storePath + ".none"])
                #expect(nowhere.status == 69 && nowhere.said.contains("there is no state store"), "\(nowhere)")
                #expect(try await stage.refuses(["migrate"]).status == 64)

                try stage.configure(database.keys.merging(keys) { $1 })
                let other = try stage.startDaemon()
                _ = await other.lines.first { $0.contains(#""message":"polling""#) }
                let target = stage.directory.appendingPathComponent("back.sqlite3").path
                let used = try await stage.refuses(["migrate", "--to", target])
                #expect(used.status == 69 && used.said.contains("Stop every daemon"), "\(used)")
                #expect(await other.stop() == 0)
            }
        }
    }

    @Test("On the half of a store no daemon starts, and the same command makes it whole")
    func unfinished() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(inFile(stage.storePath))
                let first = try stage.startDaemon()
                try await stage.took.wait { $0.count == 95 }
                #expect(await first.stop() == 0)
                try stage.configure(database.keys.merging(keys) { $1 })
                _ = try await stage.says(["migrate", "--from", stage.storePath])
                // As a move leaves it that is killed before its end.
                let source = URL(fileURLWithPath: stage.storePath).standardizedFileURL.path
                try await database.sql(
                    "CREATE TABLE insightly_webhooks.unfinished_move (source text COLLATE \"C\" NOT NULL)",
                    "INSERT INTO insightly_webhooks.unfinished_move VALUES ('\(source)')",
                    "DELETE FROM insightly_webhooks.delivery")
                for arguments in [["run"], ["status"], ["check", "--online"]] {
                    let program = try stage.start(arguments)
                    var said = ""
                    for await line in program.lines { said += line + "\n" }
                    #expect(said.contains("has not come to its end"), "\(arguments): \(said)")
                    #expect(await program.exitStatus == (arguments == ["check", "--online"] ? 78 : 69))
                }
                _ = try await stage.says(["migrate", "--from", stage.storePath])
                #expect(try await stage.deliveries("--limit", "1000").count == 95)
                let second = try stage.startDaemon()
                try await second.saysNothingOfAFirstRun()
                try await hasToldAll(stage)
                #expect(await second.stop() == 0)
                #expect(stage.took.events.compactMap(\.sequence).sorted() == Array(1...stage.took.events.count))
            }
        }
    }

    @Test("A backup of a store in PostgreSQL, taken under load, is a file to go on with")
    func backup() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set(Stage.world(seed: 5) { $0.limits.perSecond = nil }) { stage in
                try stage.configure(database.keys.merging(keys) { $1 })
                let first = try stage.startDaemon()
                try await first.hasLearned(4)
                let copy = stage.directory.appendingPathComponent("copy.sqlite3").path
                try await running(EditingService(stage.live, editsPerMinute: 3_000, seed: 8)) {
                    try await stage.took.wait { $0.count > 120 }
                    let said = try await stage.says(["backup", copy, "--json"])
                    let report = try #require(
                        try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any])
                    #expect(report["bytes"] as? Int ?? 0 > 10_000 && report["last_sequence"] as? Int ?? 0 > 100)
                    let later = stage.took.events.count + 20
                    try await stage.took.wait { $0.count > later }
                }
                #expect(try await stage.refuses(["backup", copy]).status == 1)
                try await hasToldAll(stage)
                #expect(await first.stop() == 0)
                let names = try FileManager.default.contentsOfDirectory(atPath: stage.directory.path)
                #expect(names.filter { $0.contains("copy") } == ["copy.sqlite3"])

                let second = try await PrivateCluster.withDatabase { another in
                    try stage.configure(another.keys.merging(keys) { $1 })
                    _ = try await stage.says(["migrate", "--from", copy])
                    let daemon = try stage.startDaemon()
                    try await daemon.saysNothingOfAFirstRun()
                    try await hasToldAll(stage)
                    #expect(await daemon.stop() == 0)
                    return try await stage.status().queue["last_sequence"] as? Int
                }
                // What was detected after the copy is detected again, under numbers that go on where the copy ends.
                #expect(second ?? 0 > 100)
            }
        }
    }
}

extension RunningProgram {
    /// Returns once it polls.
    fileprivate func saysNothingOfAFirstRun() async throws {
        for await line in lines {
            #expect(!line.contains("this is a first run"))
            if line.contains(#""message":"polling""#) { return }
        }
        Issue.record("the daemon ended before it polled")
    }
}
