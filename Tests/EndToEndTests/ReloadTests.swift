// SIGHUP: the configuration is read again, and what differs changes while everything else goes on.

import ChangeFeed
import Foundation
import ReceivedEvents
import RunningServices
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Reloading", .timeLimit(.minutes(60)))
struct ReloadTests {
    private func withReceiver<Result>(_ play: (ReceiverServer) async throws -> Result) async throws -> Result {
        let receiver = ReceiverServer(
            ReceiverServer.Configuration(keys: [try SigningKey(secret: Stage.signatureKey)]))
        return try await running(receiver) { try await play(receiver) }
    }

    /// Has the configuration read again, and waits for a line of the log.
    private func reload(_ daemon: RunningProgram, until words: String) async -> String? {
        daemon.signal(SIGHUP)
        return await daemon.lines.first { $0.contains(words) }
    }

    private func rename(_ stage: Stage, _ name: String) throws {
        let id = stage.live.withInstance { instance, _ in instance.ids(of: .contacts)[0] }
        try stage.live.change { instance, now in
            [try instance.update(.contacts, id, [.set("LAST_NAME", .text(name))], at: now)]
        }
    }

    @Test("A configuration that is wrong is refused with every problem, and the one before is gone by")
    func refused() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            try stage.configure(["event.poller.overlap": #""soon""#, "log.lvl": #""info""#])
            daemon.signal(SIGHUP)
            var told: [String] = []
            for await line in daemon.lines {
                told.append(line)
                if line.contains("goes by the one before") { break }
            }
            #expect(told.contains { $0.contains("event.poller.overlap") })
            #expect(told.contains { $0.contains("log.lvl") })
            try rename(stage, "Stays")
            try await stage.took.wait { $0.count == 1 }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("The same configuration, or one that means the same, changes nothing")
    func same() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            #expect(await reload(daemon, until: "says what it said before") != nil)
            try rename(stage, "Same")
            try await stage.took.wait { $0.count == 1 }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("An endpoint comes, is changed and goes; the other goes on, and nothing is repeated")
    func endpoints() async throws {
        try await Stage.set { stage in
            try await withReceiver { second in
                let url = try await second.url
                try stage.configure()
                let daemon = try stage.startDaemon()
                try await daemon.hasLearned(4)
                try rename(stage, "One")
                try await stage.took.wait { $0.count == 1 }

                try stage.configure([
                    "event.notification.endpoints": #"[{"name": "second", "url": "\#(url)"}]"#
                ])
                #expect(await reload(daemon, until: "endpoint second is new") != nil)
                try rename(stage, "Two")
                try await second.wait { $0.distinct == 1 }
                try await stage.took.wait { $0.count == 2 }

                // Another filter and other headers.
                try stage.configure([
                    "event.notification.endpoints":
                        #"[{"name": "second", "url": "\#(url)", "types": ["lead.*"], "headers": {"X-Tenant": "7"}}]"#
                ])
                #expect(await reload(daemon, until: "deliveries go by the new configuration") != nil)
                try rename(stage, "Three")
                try await stage.took.wait { $0.count == 3 }
                let lead = stage.live.withInstance { instance, _ in instance.ids(of: .leads)[0] }
                try stage.live.change { instance, now in
                    [try instance.update(.leads, lead, [.set("LAST_NAME", .text("Lead"))], at: now)]
                }
                try await second.wait { $0.distinct == 2 }
                #expect(second.requests.last?.header("x-tenant") == "7")

                try stage.configure()
                #expect(await reload(daemon, until: "goes by the new configuration") != nil)
                try rename(stage, "Four")
                try await stage.took.wait { $0.count == 5 }
                #expect(await daemon.stop() == 0)
                #expect(second.summary.requests == 2)
                #expect(second.requests.compactMap { $0.header("webhook-sequence") } == ["1", "2"])
                #expect(stage.took.events.map(\.sequence) == [1, 2, 3, 4, 5])
            }
        }
    }

    @Test("Another URL of an endpoint gets what waits, whatever the one before did")
    func anotherURL() async throws {
        try await Stage.set(behaviour: .always(.init(.status(410)))) { stage in
            try await withReceiver { next in
                try stage.configure()
                let daemon = try stage.startDaemon()
                try await daemon.hasLearned(4)
                try rename(stage, "Gone")
                try #require(await daemon.lines.first { $0.contains("410 Gone") } != nil)
                try stage.configure(["event.notification.callback.url": "\"\(try await next.url)\""])
                daemon.signal(SIGHUP)
                try await next.wait { $0.distinct == 1 }
                #expect(await daemon.stop() == 0)
            }
        }
    }

    @Test("A resource comes and another goes; what was known of both is known still when they are back")
    func resources() async throws {
        @Sendable func polled(_ names: String...) -> [String: String] {
            ["event.poller.configuration": "{\(names.map { "\"\($0)\": {}" }.joined(separator: ","))}"]
        }
        try await Stage.set { stage in
            try stage.configure(polled("contacts"))
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(1)
            try rename(stage, "One")
            try await stage.took.wait { $0.count == 1 }
            try stage.configure(polled("leads"))
            daemon.signal(SIGHUP)
            // In either order.
            var awaited = ["polled from now on: leads; polled no more: contacts", "learned what is there"]
            for await line in daemon.lines {
                awaited.removeAll { line.contains($0) }
                if awaited.isEmpty { break }
            }
            #expect(awaited.isEmpty)
            try rename(stage, "Two")
            let lead = stage.live.withInstance { instance, _ in instance.ids(of: .leads)[0] }
            try stage.live.change { instance, now in
                [try instance.update(.leads, lead, [.set("LAST_NAME", .text("Lead"))], at: now)]
            }
            try await stage.took.wait { $0.count == 2 }
            #expect(stage.took.events.map(\.type) == ["contact.updated", "lead.updated"])
            try stage.configure(polled("contacts", "leads"))
            #expect(await reload(daemon, until: "polled from now on: contacts") != nil)
            try await stage.took.wait { $0.count == 3 }
            #expect(stage.took.events.last?.type == "contact.updated")
            #expect(await daemon.stop() == 0)
            #expect(Set(stage.took.events.map(\.id)).count == 3)
        }
    }

    @Test("A key that was refused is put right without a restart")
    func key() async throws {
        try await Stage.set { stage in
            try stage.configure(["insightly.api_key": #""wrong""#])
            let daemon = try stage.startDaemon()
            try #require(await daemon.lines.first { $0.contains("401") } != nil)
            try stage.configure(["insightly.api_key": "\"\(Stage.apiKey)\""])
            daemon.signal(SIGHUP)
            try await daemon.hasLearned(4)
            try rename(stage, "Known")
            try await stage.took.wait { $0.count == 1 }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A key of another instance polls nothing, and what waits is delivered; with the former back all goes on")
    func anotherInstance() async throws {
        try await Stage.set { stage in
            let other = LiveInstance(Stage.world(seed: 12) { $0.subdomain = "another" })
            try await SimulatorServer.serving(other) { elsewhere in
                try stage.configure()
                let daemon = try stage.startDaemon()
                try await daemon.hasLearned(4)
                try rename(stage, "One")
                try await stage.took.wait { $0.count == 1 }
                try stage.configure(["insightly.base_url": "\"\(elsewhere)\""])
                let line = await reload(daemon, until: "nothing is polled until the configuration is mended")
                #expect(line?.contains("another") == true)
                _ = try await stage.says(["replay", "--sequence", "1"])
                try await stage.receiver.wait { $0.requests == 2 }
                try stage.configure()
                daemon.signal(SIGHUP)
                try rename(stage, "Two")
                try await stage.took.wait { $0.contains { $0.sequence == 2 } }
                #expect(await daemon.stop() == 0)
            }
        }
    }

    @Test("A daemon that was told to do nothing begins, and ends again, without a restart")
    func enabling() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.notification.enabled": "false"])
            let daemon = try stage.startDaemon()
            try #require(await daemon.lines.first { $0.contains("nothing is polled") } != nil)
            try stage.configure()
            daemon.signal(SIGHUP)
            try await daemon.hasLearned(4)
            try rename(stage, "Begun")
            try await stage.took.wait { $0.count == 1 }
            try stage.configure(["event.notification.enabled": "false"])
            #expect(await reload(daemon, until: "polling ends") != nil)
            try stage.configure()
            #expect(await reload(daemon, until: "polling begins") != nil)
            try rename(stage, "Again")
            try await stage.took.wait { $0.count == 2 }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("The log's level and the admin server's address change while it runs, and systemd is told of the reload")
    func process() async throws {
        try await Stage.set { stage in
            let socket = try NotifySocket("@insightly-\(UUID().uuidString.prefix(8))")
            try stage.configure(["log.level": #""info""#])
            let daemon = try stage.startDaemon(environment: ["NOTIFY_SOCKET": socket.name])
            try await daemon.hasLearned(4)
            try stage.configure(["log.level": #""debug""#, "admin.listen": #""127.0.0.1:0""#])
            let address = await reload(daemon, until: "the admin server listens")
            let url = try #require(address?.split(separator: "\"").first { $0.hasPrefix("http://") })
            #expect(try await get("\(url)/healthz").body == "ok\n")
            #expect(await daemon.lines.first { $0.contains("\"level\":\"debug\"") } != nil)
            #expect(await daemon.stop() == 0)
            var told: [String] = []
            while told.last?.hasPrefix("STOPPING") != true {
                let message = try await socket.receive()
                if !message.hasPrefix("STATUS") { told.append(message) }
            }
            #expect(told.count == 4 && told[0] == "READY=1" && told[2] == "READY=1")
            #expect(told[1].wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=\d+/) != nil)
        }
    }
}
