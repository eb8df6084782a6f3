// Several receivers of one daemon: each gets its own, and none waits for another.

import ChangeFeed
import Foundation
import ReceivedEvents
import RunningServices
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Several endpoints", .timeLimit(.minutes(60)))
struct EndpointsTests {
    /// One more receiver for as long as `play` takes.
    private func withReceiver<Result>(
        _ behaviour: ReceiverBehaviour = .accepting, key: String = Stage.signatureKey,
        _ play: (ReceiverServer) async throws -> Result
    ) async throws -> Result {
        var configuration = ReceiverServer.Configuration(keys: [try SigningKey(secret: key)])
        configuration.behaviour = behaviour
        let receiver = ReceiverServer(configuration)
        return try await running(receiver) { try await play(receiver) }
    }

    private func endpoints(_ blocks: String...) -> [String: String] {
        ["event.poller.start": #""beginning""#, "event.notification.endpoints": "[\(blocks.joined(separator: ","))]"]
    }

    @Test("A receiver that is slow, and one that fails, hold up no other")
    func isolation() async throws {
        try await Stage.set { stage in
            try await withReceiver(.always(.init(.held))) { slow in
                try await withReceiver(.always(.init(.status(500)))) { failing in
                    try stage.configure(
                        endpoints(
                            #"{"name": "slow", "url": "\#(try await slow.url)", "timeout": "10m"}"#,
                            #"{"name": "failing", "url": "\#(try await failing.url)"}"#))
                    let daemon = try stage.startDaemon()
                    try await stage.took.wait { $0.count == 95 }
                    try await slow.wait { $0.inFlight == 4 }
                    // What was taken is recorded a little later.
                    var status = try await stage.status()
                    while status.endpoint("default")["open"] as? Int != 0 { status = try await stage.status() }
                    #expect(status.endpoint("slow")["open"] as? Int == 95)
                    #expect(status.endpoint("failing")["open"] as? Int == 95)
                    let line = await daemon.lines.first { $0.contains("the receiver fails") }
                    #expect(line?.contains(#""endpoint":"failing""#) == true)
                    #expect(slow.summary.mostInFlight == 4 && failing.summary.requests <= 40)
                    // One that is resumed drains, and the other goes on waiting.
                    failing.behave(.accepting)
                    _ = try await stage.says(["resume", "failing"])
                    try await failing.wait { $0.distinct == 95 }
                    #expect(slow.summary.accepted == 0)
                    slow.release()
                    #expect(await daemon.stop() == 0)
                }
            }
        }
    }

    @Test("Each gets what its filter admits, signed by its own key, under numbers of its own without a gap")
    func filters() async throws {
        let key = "whsec_YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE="
        try await Stage.set { stage in
            try await withReceiver(key: key) { leads in
                try stage.configure(
                    endpoints(
                        #"{"name": "leads", "url": "\#(try await leads.url)", "signature.key": "\#(key)", "types": ["lead.*"], "headers": {"X-Tenant": "7"}}"#
                    ))
                let daemon = try stage.startDaemon()
                try await stage.took.wait { $0.count == 95 }
                let count = stage.took.events.count { $0.type.hasPrefix("lead.") }
                try await leads.wait { $0.distinct == count }
                #expect(await daemon.stop() == 0)
                #expect(leads.requests.allSatisfy { $0.isVerified && $0.event?.type == "lead.created" })
                #expect(leads.requests.allSatisfy { $0.header("x-tenant") == "7" })
                let numbers = leads.requests.compactMap { $0.header("webhook-sequence").flatMap { Int($0) } }
                #expect(numbers.sorted() == Array(1...count))
                #expect(stage.receiver.requests.allSatisfy { $0.header("x-tenant") == nil })
            }
        }
    }

    @Test("A record that is left out by a field's value is told when it leaves, and not after")
    func fields() async throws {
        try await Stage.set { stage in
            try await withReceiver { hunters in
                try stage.configure([
                    "event.notification.endpoints":
                        #"[{"name": "hunters", "url": "\#(try await hunters.url)", "where": {"LAST_NAME": ["Hunter", "Jäger"]}}]"#
                ])
                let daemon = try stage.startDaemon()
                try await daemon.hasLearned(4)
                let id = stage.live.withInstance { instance, _ in instance.ids(of: .contacts)[0] }
                for (number, name) in ["Other", "Hunter", "Jäger", "Gone", "Stranger"].enumerated() {
                    try stage.live.change { instance, now in
                        [try instance.update(.contacts, id, [.set("LAST_NAME", .text(name))], at: now)]
                    }
                    try await stage.took.wait { $0.count == number + 1 }
                }
                #expect(await daemon.stop() == 0)
                #expect(hunters.requests.compactMap { $0.event?.sequence } == [2, 3, 4])
            }
        }
    }

    @Test("While a record's events wait, the newest takes their place, with the diff from what was delivered last")
    func coalescing() async throws {
        try await Stage.set(behaviour: .always(.init(.status(503)))) { stage in
            try stage.configure([
                "event.notification.coalesce": "true", "event.notification.retry.schedule": #"["100ms", "30m"]"#,
            ])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let id = stage.live.withInstance { instance, _ in instance.ids(of: .contacts)[0] }
            let before = stage.live.withInstance { instance, _ in
                instance.history(of: .contacts, id).last.flatMap { try? RawRecord.read($0.document.json) }?
                    .value(at: FieldPath("LAST_NAME"))?.decodedString
            }
            for (number, name) in ["First", "Second", "Third"].enumerated() {
                try stage.live.change { instance, now in
                    [try instance.update(.contacts, id, [.set("LAST_NAME", .text(name))], at: now)]
                }
                while try await stage.status().queue["last_sequence"] as? Int != number + 1 {
                    try await daemon.hasRead(pages: 1)
                }
            }
            try await stage.receiver.waitForRequests(2)
            stage.receiver.behave(.accepting)
            _ = try await stage.says(["resume"])
            try await stage.took.wait { !$0.isEmpty }
            #expect(await daemon.stop() == 0)
            let told = stage.took.events
            #expect(told.map(\.sequence) == [3])
            let change = told[0].changes?.first { $0.path == "/LAST_NAME" }
            #expect(change?.from?.decodedString == before && change?.to?.decodedString == "Third")
            #expect(try await stage.status().queue["open"] as? Int == 0)
        }
    }

    @Test("With the order of an endpoint, one that is retried holds up all others, and nothing is overtaken")
    func order() async throws {
        try await Stage.set(behaviour: .init([.init(.init(.status(503)), .first(2))])) { stage in
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.order": #""endpoint""#,
                "event.notification.retry.schedule": #"["300ms", "300ms"]"#,
            ])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await daemon.stop() == 0)
            #expect(stage.took.events.map(\.sequence) == Array(1...95))
            #expect(stage.receiver.requests.prefix(3).allSatisfy { $0.event?.sequence == 1 })
            #expect(stage.receiver.summary.mostInFlight == 1)
        }
    }
}
