// The real program on stores that its first version wrote, killed in the middle of things.

import ChangeFeed
import Foundation
import ReceivedEvents
import StartedPrograms
import Testing
import WebhookReceiver

/// What each sample holds: Tests/EarlierStores/README.md.
@Suite("Stores of the first version", .timeLimit(.minutes(60)))
struct EarlierStoresTests {
    /// Puts a sample where the stage's daemon looks for its store. Nothing answers where its API would be: what it has to
    /// send is in the store.
    private func take(_ sample: String, to stage: Stage) async throws {
        try stage.configure([
            "insightly.base_url": #""http://127.0.0.1:9/v3.1/""#, "event.poller.configuration": #"{"contacts": {}}"#,
        ])
        let restoring = try RunningProgram(
            "/bin/sh", [Project.file("Tests/EarlierStores/restore"), sample, stage.storePath])
        try #require(await restoring.exitStatus == 0)
    }

    private func queue(_ stage: Stage) async throws -> (open: Int?, dead: Int?) {
        let queue = try await stage.status().queue
        return (queue["open"] as? Int, queue["dead_letters"] as? Int)
    }

    @Test("What waited is delivered, each event once, in its order")
    func queue() async throws {
        try await Stage.set { stage in
            try await take("queue", to: stage)
            let daemon = try stage.startDaemon()
            try await stage.receiver.waitForRequests(12)
            #expect(await daemon.stop() == 0)
            #expect(stage.receiver.requests.count == 12)
            #expect(stage.took.events.compactMap(\.sequence).sorted() == Array(1...12))
            let records = Dictionary(grouping: stage.took.events, by: \.recordName)
            #expect(records.values.map { $0.compactMap(\.sequence) }.allSatisfy { $0 == $0.sorted() })
            let left = try await queue(stage)
            #expect(left == (0, 0))
        }
    }

    @Test("Dead letters stay so until they are asked for")
    func deadLetters() async throws {
        try await Stage.set { stage in
            try await take("dead", to: stage)
            let daemon = try stage.startDaemon()
            #expect(await daemon.lines.first { $0.contains(#""message":"polling""#) } != nil)
            let before = try await queue(stage)
            #expect(before == (0, 3))
            _ = try await stage.says(["replay", "--dead", "--rate", "1000"])
            try await stage.receiver.waitForRequests(3)
            #expect(await daemon.stop() == 0)
            #expect(stage.receiver.requests.count == 3 && Set(stage.took.events.map(\.id)).count == 3)
            let left = try await queue(stage)
            #expect(left == (0, 0))
        }
    }

    @Test("An endpoint that answered 410 stays disabled, its queue kept, until it is resumed")
    func disabled() async throws {
        try await Stage.set { stage in
            try await take("disabled", to: stage)
            let daemon = try stage.startDaemon()
            let said = await daemon.lines.first { $0.contains("is disabled since before this start") }
            #expect(said?.contains("410 Gone") == true)
            #expect(stage.receiver.requests.isEmpty)
            _ = try await stage.says(["resume"])
            try await stage.receiver.waitForRequests(8)
            #expect(await daemon.stop() == 0)
            #expect(stage.took.events.compactMap(\.sequence).sorted() == Array(1...8))
            #expect(stage.receiver.requests.count == 8)
        }
    }

    @Test("A replay goes on where it was, and one that was only asked for is carried out")
    func replays() async throws {
        try await Stage.set { stage in
            try await take("replay", to: stage)
            let daemon = try stage.startDaemon()
            try await stage.receiver.waitForRequests(9)
            #expect(await daemon.stop() == 0)
            let sent = stage.receiver.requests
            #expect(sent.count == 9 && sent.allSatisfy { $0.header("webhook-replay") == "true" })
            #expect(Set(stage.took.events.compactMap(\.sequence)) == Set([1] + (5...12)))
            let left = try await queue(stage)
            #expect(left == (0, 0))
        }
    }
}
