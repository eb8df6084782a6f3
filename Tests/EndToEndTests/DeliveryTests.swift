// How the real program treats a receiver that fails, rests, redirects or is slow.

import ReceivedEvents
import SimulatedWorld
import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import Simulator
import StartedPrograms
import Synchronization
import Testing
import WebhookReceiver

@Suite("Delivering to a difficult receiver", .timeLimit(.minutes(60)))
struct DeliveryTests {
    private let beginning = ["event.poller.start": #""beginning""#]

    @Test("At most four requests are in flight, and one record's never beside each other")
    func inFlight() async throws {
        try await Stage.set(behaviour: .always(.init(.held))) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.receiver.wait { $0.inFlight == 4 }
            stage.receiver.behave(.accepting)
            stage.receiver.release()
            try await stage.took.wait { $0.count == 95 }
            #expect(await daemon.stop() == 0)
            #expect(stage.receiver.summary.mostInFlight == 4)
            #expect(stage.receiver.summary.overlaps == 0)
        }
    }

    @Test("What fails is sent again with the same id and bytes, signed anew")
    func retries() async throws {
        try await Stage.set(behaviour: ReceiverBehaviour([.init(.init(.status(503)), .first(1))])) { stage in
            try stage.configure(["event.notification.retry.schedule": #"["1s"]"#])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in
                instance.editMix = EditMix([.create: 1])
                return instance.edit(at: now)
            }
            try await stage.took.wait { !$0.isEmpty }
            #expect(await daemon.stop() == 0)
            let requests = stage.receiver.requests
            #expect(requests.count == 2)
            #expect(Set(requests.map(\.webhookID)).count == 1)
            #expect(Set(requests.map(\.body)).count == 1)
            #expect(requests.map(\.isVerified) == [true, true])
            #expect(requests[1].arrivedAt - requests[0].arrivedAt >= .milliseconds(790))
        }
    }

    @Test("Files that it may not open are charged to no delivery: the log says so once, and it goes on by itself")
    func outOfFiles() async throws {
        // libdispatch 6.3.1 looks after its threads each second by files of /proc, and ends the process where it may open
        // none of them just then.
        for _ in 1...3 where try await goesOnWithoutFiles() { return }
        Issue.record("it never came to say so")
    }

    /// - Returns: false where the process was ended by a signal before it could say what it lacks.
    private func goesOnWithoutFiles() async throws -> Bool {
        // Polls may want connections too, and get none: what is to be delivered is in the queue before, and was sent once
        // on a connection that has ended.
        let wentOn = Mutex(false)
        try await Stage.set(behaviour: ReceiverBehaviour([.init(.init(.reset), .first(1))])) { stage in
            try stage.configure(["event.notification.retry.schedule": #"["30m"]"#])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in
                instance.editMix = EditMix([.create: 1])
                return instance.edit(at: now)
            }
            try #require(await daemon.lines.first { $0.contains("not delivered") } != nil)
            #expect(try await daemon.limit(files: 3))
            _ = try await stage.says(["resume"])
            let words = "deliveries wait, and no attempt is counted: this process has as many files"
            guard await daemon.lines.first(where: { $0.contains(words) }) != nil else {
                #expect(await daemon.exitStatus == nil)
                return
            }
            #expect(try await daemon.limit(files: 1024))
            try await stage.took.wait { !$0.isEmpty }
            // What came of the attempt is recorded by then.
            #expect(await daemon.stop() == 0)
            let text = try await stage.says(["deliveries", "list", "--json"])
            let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
            #expect(list?.first?["attempts"] as? Int == 2)
            wentOn.withLock { $0 = true }
        }
        return wentOn.withLock { $0 }
    }

    @Test("Retry-After holds the whole endpoint, over a restart as well")
    func hold() async throws {
        let rest = ReceiverBehaviour([.init(.init(.status(429), retryAfterSeconds: 3600), .first(1))])
        try await Stage.set(behaviour: rest) { stage in
            try stage.configure(beginning.merging(["event.notification.concurrency": "1"]) { $1 })
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            #expect(await daemon.stop() == 0)
            let again = try stage.startDaemon()
            try await again.hasRead(pages: 30)
            #expect(await again.stop() == 0)
            #expect(stage.receiver.summary.requests == 1)
        }
    }

    @Test("A receiver that fails is left alone, over a restart as well, and gets everything once it is resumed")
    func broken() async throws {
        try await Stage.set(behaviour: .always(.init(.status(500)))) { stage in
            try stage.configure(beginning.merging(["event.notification.retry.schedule": #"["1ms", "1ms"]"#]) { $1 })
            let daemon = try stage.startDaemon()
            let line = await daemon.lines.first { $0.contains("the receiver fails: nothing is sent for 1 s") }
            #expect(line != nil)
            #expect(await daemon.stop() == 0)
            // Five in a row at least; what was in flight beside the fifth, each other type once, and one after the other for
            // the seconds until it was certain, as far as that had been read and sent by then.
            let requests = stage.receiver.summary.requests
            #expect((5...20).contains(requests))
            let again = try stage.startDaemon()
            #expect(await again.lines.first { $0.contains("the receiver failed before this start") } != nil)
            try await again.hasRead(pages: 20)
            #expect(try await stage.status().endpoint["state"] as? String == "failing")
            // A probe now and then, for as long as that took, and each type once: far from all that waits.
            #expect(stage.receiver.summary.requests <= requests + 20)
            stage.receiver.behave(.accepting)
            let said = try await stage.says(["resume"])
            #expect(said.contains("the endpoint default is resumed"))
            try await stage.took.wait { $0.count >= 95 }
            #expect(await again.stop() == 0)
            #expect(stage.receiver.summary.outOfOrder == 0)
            #expect(try await stage.status().endpoint["state"] as? String == "delivering")
        }
    }

    @Test("410 disables the endpoint and keeps its queue, and resuming it delivers all of that", arguments: [410, 503])
    func disabled(status: Int) async throws {
        let answer = ReceiverAnswer(.status(status), delivery: status == 410 ? nil : "disable")
        try await Stage.set(behaviour: .init([.init(answer, .first(1))])) { stage in
            try stage.configure(beginning.merging(["event.notification.concurrency": "1"]) { $1 })
            let daemon = try stage.startDaemon()
            let line = await daemon.lines.first { $0.contains("the endpoint is disabled") }
            #expect(line?.contains("insightly-webhooks resume") == true)
            try await daemon.hasRead(pages: 20)
            #expect(stage.receiver.summary.requests == 1)
            let queue = try await stage.status().endpoint
            #expect(queue["state"] as? String == "disabled")
            #expect(queue["dead_letters"] as? Int == 0)
            _ = try await stage.says(["resume"])
            try await stage.took.wait { $0.count == 95 }
            // One that never failed finds out how the receiver is.
            #expect(stage.took.events.map(\.sequence) == [2, 1] + Array(3...95))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A redirect is no delivery, and nothing is sent to where it leads")
    func redirect() async throws {
        try await Stage.set(behaviour: .always(.redirect(to: "/elsewhere"))) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await stage.receiver.waitForRequests(5)
            #expect(await daemon.stop() == 0)
            #expect(Set(stage.receiver.requests.map(\.path)) == ["/"])
            #expect(stage.took.events.isEmpty)
        }
    }

    @Test("What fails on and on becomes a dead letter, which is kept and does not hold up what follows")
    func deadLetters() async throws {
        try await Stage.set(behaviour: .always(.init(.status(500)))) { stage in
            try stage.configure(["event.notification.retry.schedule": #"["1ms", "1ms"]"#])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let id = stage.live.withInstance { instance, _ in instance.ids(of: .leads)[0] }
            try stage.live.change { instance, now in
                [try instance.update(.leads, id, [.set("TITLE", "First")], at: now)]
            }
            try await stage.receiver.waitForRequests(3)
            stage.receiver.behave(.accepting)
            try stage.live.change { instance, now in
                [try instance.update(.leads, id, [.set("TITLE", "Second")], at: now)]
            }
            try await stage.took.wait { !$0.isEmpty }
            #expect(await daemon.stop() == 0)
            #expect(stage.took.events.map(\.sequence) == [2])
            let store = try stage.store()
            let endpoint = try store.endpoint(named: "default", longestWait: .hours(1), at: .wallClock)
            #expect(try store.queueDepth(of: endpoint) == QueueDepth(open: 0, dead: 1))
        }
    }

    @Test("A private address is not called unless the configuration names its network")
    func privateAddress() async throws {
        try await Stage.set { stage in
            try stage.configure(
                beginning.merging([
                    "event.notification.callback.url": #""https://localhost:9/""#,
                    "event.notification.allowed_networks": #"["10.0.0.0/8"]"#,
                ]) { $1 })
            let daemon = try stage.startDaemon()
            let line = await daemon.lines.first { $0.contains("not delivered") }
            #expect(line?.contains("forbidden") == true)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("SIGTERM lets what is in flight finish, and keeps the rest")
    func stopping() async throws {
        try await Stage.set(behaviour: .always(.init(.held))) { stage in
            try stage.configure(beginning)
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            try await stage.receiver.wait { $0.inFlight == 4 }
            daemon.signal(SIGTERM)
            #expect(await daemon.lines.first { $0.contains("stopping:") } != nil)
            stage.receiver.release()
            #expect(await daemon.exitStatus == 0)
            #expect(stage.receiver.summary.accepted == 4)
            let log = try? Data(contentsOf: stage.directory.appendingPathComponent("state.sqlite3-wal"))
            #expect(log?.isEmpty ?? true, "a copy of the store alone would not be whole")
            let store = try stage.store()
            let endpoint = try store.endpoint(named: "default", longestWait: .hours(1), at: .wallClock)
            #expect(try store.queueDepth(of: endpoint).open == 91)
        }
    }
}
