// The page for people, in a real browser, between the real daemon, the simulator and a receiver.

import ChangeFeed
import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite(
    "The page in a browser", .serialized, .timeLimit(.minutes(60)),
    .enabled(if: Browser.program != nil && Interop.python != nil, Browser.none))
struct PageTests {
    private static let token = "a-token-that-nobody-guesses-for-it-is-long"

    /// Starts the script that sits before the browser.
    private func look(_ scene: String, _ page: String, _ more: String = "") throws -> RunningProgram {
        try RunningProgram(
            try #require(Interop.python),
            [Project.file("Tests/Page/page.py"), scene, try #require(Browser.program), page, more])
    }

    @Test("shows what happens by itself, does what it is told by mouse and keyboard, and is there for everybody")
    func whole() async throws {
        let leads = try #require(EventTypePattern("lead.*"))
        let refusing = ReceiverBehaviour([.init(.init(.status(422)), .types(leads))])
        // Polls every second are more than an instance allows.
        try await Stage.set(Stage.world { $0.limits.perSecond = nil }, behaviour: refusing) { stage in
            try stage.configure([
                "admin.listen": "\"127.0.0.1:0\"", "event.poller.refresh_interval": "0.01",
                "event.notification.retry.schedule": #"["1ms"]"#,
            ])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await daemon.hasLearned(4)
            try stage.live.change { instance, now in
                [try instance.delete(.leads, instance.ids(of: .leads)[0], at: now)]
            }
            while try await stage.status().endpoint["dead_letters"] as? Int != 1 {}
            stage.receiver.behave(.accepting)

            let browser = try look("whole", "http://127.0.0.1:\(port)/", stage.baseURL)
            var said: [String] = []
            for await line in browser.lines {
                said.append(line)
                if line == "now stop the daemon" { daemon.signal(SIGTERM) }
            }
            daemon.signal(SIGTERM)
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            #expect(said.last == "the loss of the daemon is told")
            #expect(await daemon.exitStatus == 0)
            #expect(stage.took.events.contains { $0.type == "lead.deleted" })
        }
    }

    @Test("lets somebody decide what needs it: a disabled endpoint is resumed, deletes that are held are released")
    func decide() async throws {
        let gone = ReceiverBehaviour.always(ReceiverAnswer(.status(410)))
        try await Stage.set(Stage.world { $0.limits.perSecond = nil }, behaviour: gone) { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\"", "event.poller.refresh_interval": "0.01"])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await daemon.hasLearned(4)
            let (deleted, hidden) = stage.live.withInstance { instance, _ in
                let ids = instance.ids(of: .contacts)
                return (Array(ids.prefix(25)), Array(ids[25..<31]))
            }
            try stage.live.change { instance, now in
                try deleted.map { try instance.delete(.contacts, $0, at: now) }
                    + hidden.map { try instance.hide(.contacts, $0, at: now) }
                    + [try instance.delete(.leads, instance.ids(of: .leads)[0], at: now)]
            }
            for await line in daemon.lines where line.contains("are held: of a sample") { break }
            while try await stage.status().endpoint["state"] as? String != "disabled" {}
            stage.receiver.behave(.accepting)
            let browser = try look("decide", "http://127.0.0.1:\(port)/")
            let said = await browser.lines.reduce(into: []) { $0.append($1) }
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            try await stage.took.wait { events in events.count { $0.type == "contact.deleted" } == deleted.count }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("lets somebody let go: what waits for an endpoint that is not configured any more, and deletes that are held")
    func letGo() async throws {
        try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
            let keys = ["admin.listen": "\"127.0.0.1:0\"", "event.poller.refresh_interval": "0.01"]
            let old = #"[{"name": "old", "url": "http://127.0.0.1:9/"}]"#
            let more = [
                "event.poller.start": #""beginning""#, "event.notification.endpoints": old,
                "event.notification.retry.schedule": #"["1h"]"#,
            ]
            try stage.configure(keys.merging(more) { $1 })
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            try stage.configure(keys)
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            let (deleted, hidden) = stage.live.withInstance { instance, _ in
                let ids = instance.ids(of: .contacts)
                return (Array(ids.prefix(25)), Array(ids[25..<31]))
            }
            try stage.live.change { instance, now in
                try deleted.map { try instance.delete(.contacts, $0, at: now) }
                    + hidden.map { try instance.hide(.contacts, $0, at: now) }
            }
            for await line in daemon.lines where line.contains("are held: of a sample") { break }
            let browser = try look("letGo", "http://127.0.0.1:\(port)/")
            let said = await browser.lines.reduce(into: []) { $0.append($1) }
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            let left = try await stage.status().endpoint("old")
            #expect(left["open"] as? Int == 0 && left["dead_letters"] as? Int == 95)
            // A record that comes after them has been told, and they have not.
            let lead = try stage.live.withInstance { instance, now in try instance.create(.leads, at: now).id }
            try await stage.took.wait { $0.contains { $0.recordName == "leads/\(lead)" } }
            #expect(!stage.took.events.contains { $0.type == "contact.deleted" })
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("asks for the token where the server wants it, and shows nothing before")
    func token() async throws {
        try await Stage.set { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\"", "admin.token": "\"\(Self.token)\""])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await daemon.hasLearned(4)
            let browser = try look("token", "http://127.0.0.1:\(port)/", Self.token)
            let said = await browser.lines.reduce(into: []) { $0.append($1) }
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("is about one account at a time, and lets another be chosen")
    func accounts() async throws {
        try await Stage.set { stage in
            let acme = #"{"name": "acme", "event.poller.configuration": {"contacts": {}}}"#
            let umbrella =
                #"{"name": "umbrella", "insightly.api_key": "revoked", "event.poller.configuration": {"leads": {}}}"#
            try stage.configure(["admin.listen": "\"127.0.0.1:0\"", "accounts": "[\(acme), \(umbrella)]"])
            let daemon = try stage.startDaemon()
            let port = try await daemon.adminPort
            try await daemon.hasLearned(1)
            let browser = try look("accounts", "http://127.0.0.1:\(port)/")
            let said = await browser.lines.reduce(into: []) { $0.append($1) }
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("asks for no more where the log has a hundred thousand events")
    func many() async throws {
        try await Stage.set { stage in
            let keys = ["admin.listen": "\"127.0.0.1:0\"", "event.poller.start": #""beginning""#]
            try stage.configure(keys)
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            try await lengthenLog(of: stage.storePath, by: 100_000)
            let daemon = try stage.startDaemon()
            let browser = try look("many", "http://127.0.0.1:\(try await daemon.adminPort)/")
            let said = await browser.lines.reduce(into: []) { $0.append($1) }
            #expect(await browser.exitStatus == 0, "\(said.joined(separator: "\n"))")
            #expect(await daemon.stop() == 0)
        }
    }

    /// Writes the last event into the log again and again, under new ids and numbers.
    private func lengthenLog(of path: String, by count: Int) async throws {
        let script = #"""
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1])
            last = store.execute("SELECT max(sequence) FROM event").fetchone()[0]
            resource, record, kind, at, body = store.execute(
                "SELECT resource_id, record_id, type, detected_at, body FROM event WHERE sequence = ?", (last,)).fetchone()
            count = int(sys.argv[2])
            store.executemany(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((last + n, f"evt_copy_{n}", resource, record, kind, at, body) for n in range(1, count + 1)))
            store.execute("UPDATE account SET last_sequence = ?", (last + count,))
            store.commit()
            """#
        let program = try RunningProgram("/usr/bin/env", ["python3", "-c", script, path, String(count)])
        #expect(await program.exitStatus == 0)
    }
}

/// The browser of this machine.
private enum Browser {
    static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first(
        where: FileManager.default.isExecutableFile)
    static let none: Comment = "scripts/test installs Chromium and the Python that leads it"
}
