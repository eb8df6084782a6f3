// What was sent, looked at and sent again, by the commands of the real program.

import ChangeFeed
import Foundation
import ReceivedEvents
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Looking at deliveries, and sending them again", .timeLimit(.minutes(60)))
struct ReplayTests {
    private let beginning = ["event.poller.start": #""beginning""#]

    @Test("Dead letters are shown with each attempt, and delivered when they are replayed")
    func deadLetters() async throws {
        let bad = ReceiverAnswer(.status(500), delivery: "abort-message")
        try await Stage.set(behaviour: .init([.init(bad, .first(3))])) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 92 }
            let dead = try await stage.deliveries("--state", "dead")
            #expect(dead.count == 3 && dead.allSatisfy { $0["last_result"] as? String == "500" })
            let number = try #require(dead[0]["delivery"] as? Int)
            let shown = try await stage.says(["deliveries", "show", "\(number)", "--json"])
            let report = try #require(try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any])
            let attempt = try #require((report["history"] as? [[String: Any]])?.first)
            #expect(attempt["status"] as? Int == 500 && attempt["failure"] as? String == "status")
            let phases = try #require(attempt["phases"] as? [String: Double])
            #expect(Set(phases.keys) == ["lookup", "connect", "wait", "read"])
            #expect(try await stage.says(["deliveries", "show", "\(number)"]).contains("attempt 1"))

            let dry = try await stage.says(["replay", "--dead", "--dry-run"])
            #expect(dry.contains("default: 3 events") && dry.contains("dry run"))
            #expect(try await stage.deliveries("--state", "dead").count == 3)
            _ = try await stage.says(["replay", "--dead", "--rate", "1000"])
            try await stage.took.wait { $0.count == 95 }
            #expect(await daemon.stop() == 0)
            let status = try await stage.status()
            #expect(status.queue["dead_letters"] as? Int == 0 && status.queue["open"] as? Int == 0)
            #expect(stage.receiver.summary.alteredBodies == 0)
            let replays = stage.receiver.requests.filter { $0.header("webhook-replay") == "true" }
            #expect(Set(replays.compactMap(\.event?.id)) == Set(dead.compactMap { $0["event"] as? String }))
            #expect(try await stage.deliveries("--state", "replayed").count == 3)
        }
    }

    @Test("A replay is waited for until all of it is in the queue, and stays asked for where no daemon runs")
    func waiting() async throws {
        try await Stage.set { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            let said = try await stage.says(["replay", "--sequence", "1-40", "--rate", "1000", "--wait"])
            #expect(said.hasSuffix("sends them again, 1000 a second\nall of it is in the queue\n"), "\(said)")
            try await stage.receiver.waitForRequests(135)
            #expect(await daemon.stop() == 0)
            let (refusal, status) = try await stage.refuses(["replay", "--sequence", "1-40", "--wait", "--json"])
            #expect(status == 1 && refusal.contains(#""is_asked_for" : true"#), "\(refusal)")
            #expect(refusal.contains("no daemon runs: it stays asked for"), "\(refusal)")
            let lines = try await stage.says(["status"])
            #expect(
                lines.contains("0 events in the queue so far, looked through the log up to 0 of 40 (0 %)"), "\(lines)")
        }
    }

    @Test("Events are sent again by number, type and id, in the order of the log, marked, under the same ids and bytes")
    func selections() async throws {
        try await Stage.set { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            _ = try await stage.says(["replay", "--sequence", "11-30", "--rate", "40"])
            try await stage.receiver.waitForRequests(115)
            let id = try #require(stage.took.events.first { $0.sequence == 50 }).id
            _ = try await stage.says(["replay", "--id", id])
            try await stage.receiver.waitForRequests(116)
            _ = try await stage.says(["replay", "--type", "lead.*", "--endpoint", "default", "--rate", "1000"])
            let leads = stage.took.events.count { $0.type.hasPrefix("lead.") }
            try await stage.receiver.waitForRequests(116 + leads)
            #expect(await daemon.stop() == 0)
            let again = stage.receiver.requests.dropFirst(95)
            #expect(again.prefix(20).compactMap { $0.event?.sequence } == Array(11...30))
            #expect(again.allSatisfy { $0.isVerified && $0.header("webhook-replay") == "true" })
            #expect(stage.receiver.requests.prefix(95).allSatisfy { $0.header("webhook-replay") == nil })
            #expect(again.allSatisfy { $0.header("webhook-sequence") == "\($0.event?.sequence ?? 0)" })
            let summary = stage.receiver.summary
            #expect(summary.distinct == 95 && summary.alteredBodies == 0)
        }
    }

    @Test("What is asked for while no daemon runs is sent by the next")
    func later() async throws {
        try await Stage.set { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await daemon.stop() == 0)
            let now = Instant.wallClock.iso8601
            #expect(try await stage.says(["replay", "--from", now, "--dry-run"]).contains("default: 0 events"))
            #expect(try await stage.says(["replay", "--until", now, "--dry-run"]).contains("default: 95 events"))
            _ = try await stage.says(["replay", "--all", "--rate", "1000"])
            let next = try stage.startDaemon()
            try await stage.receiver.waitForRequests(190)
            #expect(await next.stop() == 0)
            #expect(stage.receiver.summary.distinct == 95)
        }
    }

    @Test("A replay that says not what, or nonsense, is refused with a word on what to say")
    func refusals() async throws {
        try await Stage.set { stage in
            try stage.configure()
            for arguments in [
                [], ["--sequence", "9-3"], ["--from", "yesterday"], ["--type", "contact"], ["--dead", "--rate", "0"],
                ["--all", "--dead"],
            ] {
                let command = try stage.start(["replay"] + arguments, secrets: false)
                #expect(await command.exitStatus == 64, "\(arguments)")
            }
        }
    }

    @Test("The log is listed, and an event shown as it is sent")
    func events() async throws {
        try await Stage.set { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await daemon.stop() == 0)
            let list = try await stage.says(["events", "list", "--type", "lead.*", "--limit", "3"])
            #expect(list.split(separator: "\n").count == 3 && !list.contains("contact.created"))
            let sent = try #require(stage.receiver.requests.first { $0.event?.sequence == 7 })
            #expect(try await stage.says(["events", "show", "7"]) == String(decoding: sent.body, as: UTF8.self) + "\n")
        }
    }
}
