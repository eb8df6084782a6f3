// Many accounts in one daemon: each by itself, and all of them in one receiver.

import ChangeFeed
import Foundation
import PrivatePostgreSQL
import ReceivedEvents
import RunningServices
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Many accounts", .timeLimit(.minutes(60)))
struct AccountsTests {
    private func account(_ name: String, _ more: String = "") -> String {
        #"{"name": "\#(name)", "event.poller.start": "beginning"\#(more.isEmpty ? "" : ", " + more)}"#
    }

    private func accounts(_ blocks: String...) -> [String: String] {
        ["accounts": "[\(blocks.joined(separator: ","))]"]
    }

    private func sequences(_ events: [ReceivedEvent], of account: String) -> [Int] {
        events.filter { $0.account == account }.compactMap(\.sequence)
    }

    @Test("Each is numbered by itself and named, and one whose key is refused holds up no other")
    func apart() async throws {
        try await Stage.set { stage in
            try stage.configure(
                accounts(
                    account("acme"), account("umbrella", #""event.notification.format": "cloudevents""#),
                    account("stale", #""insightly.api_key": "revoked""#)))
            let daemon = try stage.startDaemon()
            try await stage.took.wait { events in
                ["acme", "umbrella"].allSatisfy { name in events.count { $0.account == name } == 95 }
            }
            for name in ["acme", "umbrella"] {
                #expect(sequences(stage.took.events, of: name).sorted() == Array(1...95))
            }
            #expect(Set(stage.took.events.map(\.id)).count == 190)
            let refused = await daemon.lines.first { $0.contains("(401)") }
            #expect(refused?.contains(#""account":"stale""#) == true)
            let overview = try await stage.says(["status"])
            #expect(overview.contains("1 of 3 need attention"))
            let one = try StatusSaid(await stage.says(["status", "--json", "--account", "acme"]))
            #expect(one.queue["last_sequence"] as? Int == 95)
            let unsaid = try await stage.refuses(["events", "list"])
            #expect(unsaid.status == 64 && unsaid.said.contains("acme, umbrella, stale"))
            let unknown = try await stage.refuses(["poll", "--account", "acne"])
            #expect(unknown.status == 1 && unknown.said.contains("there is no account acne"))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Whoever watches is told of all others where the state of one cannot be read")
    func unreadable() async throws {
        try await Stage.set { stage in
            try stage.configure(
                accounts(account("acme"), account("umbrella")).merging(["admin.listen": #""127.0.0.1:0""#]) { $1 })
            let daemon = try stage.startDaemon()
            let base = "http://127.0.0.1:\(try await daemon.adminPort)"
            try await stage.took.wait { $0.count == 190 }
            try await DamagedStore.misplaceRecord(of: "acme", in: stage.storePath)
            while try await get(base + "/metrics").body.contains(#"account="acme""#) {}
            #expect(try await get(base + "/metrics").body.contains(#"account="umbrella""#))
            let ready = try await get(base + "/readyz")
            #expect(ready.status == 503 && ready.body.contains("acme") && !ready.body.contains("umbrella"), "\(ready)")
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A reload adds accounts and takes them away, and what runs goes on without a repetition")
    func reload() async throws {
        try await Stage.set { stage in
            try stage.configure(accounts(account("acme"), account("umbrella")))
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 190 }
            try stage.configure(accounts(account("acme"), account("initech")))
            daemon.signal(SIGHUP)
            try await stage.took.wait { $0.count == 285 }
            #expect(sequences(stage.took.events, of: "initech").sorted() == Array(1...95))
            for _ in 0..<5 { stage.live.change { instance, time in instance.edit(of: .contacts, at: time) } }
            try await stage.took.wait { events in
                ["acme", "initech"].allSatisfy { name in events.contains { $0.account == name && $0.sequence == 96 } }
            }
            #expect(sequences(stage.took.events, of: "umbrella").count == 95)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A file that named no accounts goes on as the account called default")
    func namedLater() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            #expect(stage.took.events.allSatisfy { $0.account == nil })
            try stage.configure(accounts(account("default"), account("acme")))
            let second = try stage.startDaemon()
            try await stage.took.wait { $0.count == 190 }
            #expect(sequences(stage.took.events, of: "acme").count == 95)
            #expect(sequences(stage.took.events, of: "default").isEmpty)
            #expect(await second.stop() == 0)
        }
    }

    @Test("An account whose key leads to another instance is polled no more, and the others are")
    func anotherInstance() async throws {
        try await Stage.set { stage in
            try stage.configure(accounts(account("moved")))
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            stage.live.withInstance { instance, _ in instance.quirks.subdomain = "another" }
            try stage.configure(accounts(account("moved"), account("initech")))
            let second = try stage.startDaemon()
            try await stage.took.wait { $0.count == 190 }
            let line = await second.lines.first { $0.contains("nothing is polled until") }
            #expect(line?.contains(#""account":"moved""#) == true)
            #expect(sequences(stage.took.events, of: "initech").count == 95)
            #expect(await second.stop() == 0)
        }
    }

    @Test("An account that gets its name while the daemon runs is called by it from then on, and goes on where it was")
    func namedByReload() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            try stage.configure(accounts(account("default")))
            daemon.signal(SIGHUP)
            #expect(await daemon.lines.first { $0.contains("goes by the new configuration") } != nil)
            for _ in 0..<5 { stage.live.change { instance, time in instance.edit(of: .contacts, at: time) } }
            try await stage.took.wait { events in events.contains { $0.account == "default" && $0.sequence == 96 } }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Of an account that no daemon leads while others are led, that is what is said")
    func ledByNobody() async throws {
        try await PrivateCluster.withDatabase { database in
            try await Stage.set { stage in
                try stage.configure(database.keys.merging(accounts(account("acme"), account("umbrella"))) { $1 })
                let daemon = try stage.startDaemon()
                try await stage.took.wait { $0.count == 190 }
                // The daemon does not read it.
                try stage.configure(
                    database.keys.merging(accounts(account("acme"), account("umbrella"), account("wayne"))) { $1 })
                let overview = try await stage.says(["status"])
                #expect(overview.contains("1 daemon on this store; 2 of 3 accounts led"), "\(overview)")
                #expect(overview.contains(#/wayne +nobody .* no daemon leads it/#), "\(overview)")
                let one = try await stage.says(["status", "--account", "wayne"])
                #expect(one.contains("no daemon leads this account, though one runs on this store"), "\(one)")
                let asked = try await stage.says(["poll", "--account", "acme"])
                #expect(asked.contains("the daemon"), "\(asked)")
                let copy = stage.directory.appendingPathComponent("copy.sqlite3").path
                let copied = try await stage.says(["backup", copy])
                #expect(copied.contains("of 2 accounts\nacme: the log up to event 95\numbrella: the log"), "\(copied)")
                let needs = try await stage.says(["status", "--json"])
                #expect(needs.contains(#/"attention" ?: ?\[\s*\{\s*"account" ?: ?"wayne"/#), "\(needs)")
                daemon.signal(SIGHUP)
                let told = await daemon.lines.first {
                    $0.contains("reconfigured: account wayne, which this daemon does not")
                }
                #expect(told != nil)
                try await stage.took.wait { $0.count == 285 }
                #expect(await daemon.stop() == 0)
            }
        }
    }
}
