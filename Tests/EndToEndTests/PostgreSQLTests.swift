// The real program with its store in PostgreSQL.

import ChangeFeed
import Foundation
import PrivatePostgreSQL
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("A store in PostgreSQL", .timeLimit(.minutes(60)))
struct PostgreSQLTests {
    private let beginning = ["event.poller.start": #""beginning""#]

    /// Polls as fast as they go, each edit told in its turn.
    private func edit(_ stage: Stage, _ times: Int) {
        stage.live.change { instance, now in (0..<times).flatMap { _ in instance.edit(of: .contacts, at: now) } }
    }

    private func sequences(_ stage: Stage) -> [Int] { stage.took.events.compactMap(\.sequence).sorted() }

    @Test("A first run, an edit, and every command that looks or asks")
    func commands() async throws {
        let bad = ReceiverAnswer(.status(500), delivery: "abort-message")
        try await PrivateCluster.withDatabase { database in
            try await Stage.set(behaviour: .init([.init(bad, .first(3))])) { stage in
                try stage.configure(database.keys.merging(beginning) { $1 })
                let daemon = try stage.startDaemon()
                let opened = await daemon.lines.first { $0.contains("the state store is new") }
                #expect(opened?.contains(#"database \"\#(database.name)\" at "#) == true, "\(opened ?? "")")
                try await stage.took.wait { $0.count == 92 }
                edit(stage, 1)
                try await stage.took.wait { $0.contains { $0.sequence == 96 } }

                let status = try await stage.status()
                #expect(status.queue["last_sequence"] as? Int == 96 && status.queue["dead_letters"] as? Int == 3)
                #expect(try await stage.says(["status"]).contains("3 dead letters"))
                #expect(try await stage.says(["events", "list", "--limit", "1"]).contains("contact.updated"))
                #expect(try await stage.says(["events", "show", "96"]).contains("contact.updated"))
                let dead = try await stage.deliveries("--state", "dead")
                #expect(dead.count == 3)
                let number = try #require(dead[0]["delivery"] as? Int)
                #expect(try await stage.says(["deliveries", "show", "\(number)"]).contains("attempt 1"))
                _ = try await stage.says(["replay", "--dead", "--rate", "1000", "--wait"])
                try await stage.took.wait { $0.count == 96 }
                _ = try await stage.says(["poll", "contacts"])
                #expect(try await stage.says(["release", "contacts"]).contains("contacts"))
                let (running, used) = try await stage.refuses(["resume", "--instance", "simulated"])
                #expect(used == 69 && running.contains("Stop every daemon"), "\(running)")
                #expect(await daemon.stop() == 0)
                _ = try await stage.says(["resume", "--instance", "simulated"])
                #expect(sequences(stage) == Array(1...96))
                #expect(stage.receiver.summary.alteredBodies == 0)
            }
        }
    }

    @Test("A daemon that ends because its key leads to another instance gives its accounts back")
    func endsByItself() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(database.keys)
                let first = try stage.startDaemon()
                #expect(await first.lines.first { $0.contains("belongs to this instance from now on") } != nil)
                #expect(await first.stop() == 0)
                stage.live.withInstance { instance, _ in instance.quirks.subdomain = "another" }
                let second = try stage.startDaemon()
                #expect(await second.exitStatus == 69)
                let led = "SELECT count(*) FROM insightly_webhooks.lease WHERE holder IS NOT NULL"
                #expect(try await database.sql(led) == "0")
            }
        }
    }

    @Test("Killed again and again, it goes on without a gap, and no event twice")
    func killed() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                try stage.configure(database.keys.merging(beginning) { $1 })
                for lines in [3, 9, 14, 22, 30] {
                    try await stage.liveAndDie(lines: lines)
                    edit(stage, 2)
                }
                let last = try stage.startDaemon()
                try await last.hasRead(pages: 4)
                let mark = try stage.live.withInstance { try $0.create(.leads, at: $1).id }
                try await stage.took.wait { events in
                    let numbers = Set(events.compactMap(\.sequence))
                    return events.contains { $0.recordName == "leads/\(mark)" }
                        && (1...(numbers.max() ?? 1)).allSatisfy(numbers.contains)
                        && stage.isComplete(events, [.contacts, .leads])
                }
                #expect(await last.stop() == 0)
                #expect(sequences(stage) == Array(1...stage.took.events.count))
                #expect(Set(stage.took.events.map(\.id)).count == stage.took.events.count)
            }
        }
    }

    @Test(
        "The server is stopped under the daemon and started again: it goes on by itself",
        arguments: [("fast", SIGINT), ("immediate", SIGQUIT)])
    func restarted(mode: String, signal: Int32) async throws {
        try await PrivateCluster.running { server in
            try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
                let database = try await Database(in: server)
                try stage.configure(
                    database.keys.merging(beginning) { $1 }.merging(["admin.listen": "\"127.0.0.1:0\""]) { $1 })
                let daemon = try stage.startDaemon()
                let base = "127.0.0.1:\(try await daemon.adminPort)"
                try await stage.took.wait { $0.count == 95 }
                edit(stage, 3)
                await server.stop(signal)
                edit(stage, 3)
                #expect(await daemon.lines.first { $0.contains("cannot be reached, and everything waits") } != nil)
                let ready = try await get("http://\(base)/readyz")
                #expect(ready.status == 503 && ready.body.contains("does not answer"), "\(ready)")
                try await server.start()
                #expect(await daemon.lines.first { $0.contains("can be reached again") } != nil)
                let mark = try stage.live.withInstance { try $0.create(.contacts, at: $1).id }
                try await stage.took.wait { events in
                    events.contains { $0.recordName == "contacts/\(mark)" } && stage.isComplete(events, [.contacts])
                }
                #expect(try await get("http://\(base)/readyz").status == 200)
                #expect(await daemon.stop() == 0)
                #expect(sequences(stage) == Array(1...stage.took.events.count))
                #expect(Set(stage.took.events.map(\.id)).count == stage.took.events.count)
            }
        }
    }
}
