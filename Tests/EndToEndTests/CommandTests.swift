// The other commands of the real program: check, listen, secret.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Commands", .timeLimit(.minutes(60)))
struct CommandTests {
    private func outcome(of program: RunningProgram) async -> (said: [String], status: Int32?) {
        var said: [String] = []
        for await line in program.lines { said.append(line) }
        return (said, await program.exitStatus)
    }

    @Test("check finds every problem at once, each with its key and what would be right, and exits with 78")
    func checkFinds() async throws {
        try await Stage.set { stage in
            try stage.configure([
                "event.poller.refresh_interval": #""often""#, "insightly.pdo": #""na1""#,
                "event.notification.format": #""cloudevnets""#, "event.vendor.type": #""webhook""#,
            ])
            let (said, status) = await outcome(of: try stage.start(["check"]))
            #expect(status == 78)
            for key in [
                "event.poller.refresh_interval", "insightly.pdo", "event.notification.format", "event.vendor.type",
            ] {
                #expect(said.contains { $0.hasPrefix(key + ":") })
            }
            #expect(said.contains { $0.contains("insightly.pod") })
        }
    }

    @Test("A configuration out of another program is read to its end")
    func configurationFromAPipe() async throws {
        try await Stage.set { stage in
            let path = try stage.configure(["event.poller.refresh_interval": #""often""#])
            // Many times what a pipe gives at once; what is wrong stands at the end.
            let line =
                #"{ head -c 300000 /dev/zero | tr '\0' ' '; sleep 0.2; cat "$2"; } | "$1" check --config /dev/stdin"#
            let program = try RunningProgram(
                "/bin/sh", ["-c", line, "sh", RunningProgram.path(of: "insightly-webhooks"), path])
            let (said, status) = await outcome(of: program)
            #expect(status == 78)
            #expect(said.contains { $0.hasPrefix("event.poller.refresh_interval:") })
        }
    }

    @Test("check --online names the plan, the quota left, and what polling costs of it")
    func checkOnline() async throws {
        try await Stage.set(Stage.world { $0.limits.perDay = 1000 }) { stage in
            // Four resources; of 800 requests, polls may take nine in ten where deletes are looked for, auto 85 of 100.
            let cases = [
                (
                    "15", "affordable",
                    [
                        "polling: 384 requests",
                        "contacts: polled every 15 min: 96 requests a day; a change is seen after 7.5 min",
                    ]
                ),
                (
                    "1", "not affordable",
                    [
                        "polling: 5760 requests", "an event.poller.refresh_interval of 8.2 (minutes) is affordable",
                        "on a plan of 8164 requests a day", "every 8.2 min (stretched)",
                    ]
                ),
                (
                    #""auto""#, "affordable; auto spends what there is",
                    [
                        "polling: 677 requests",
                        "every 8.5 min (auto): 170 requests a day; a change is seen after 4.3 min",
                    ]
                ),
            ]
            for (minutes, verdict, lines) in cases {
                try stage.configure(["event.poller.refresh_interval": minutes])
                let (said, status) = await outcome(of: try stage.start(["check", "--online"]))
                #expect(status == 0)
                let text = said.joined(separator: "\n")
                #expect(text.contains("plan: Enterprise"))
                #expect(text.contains("of 1000 requests left today"))
                #expect(text.contains("requests a day of 800 allowed (insightly.quota_share): \(verdict)"))
                for line in lines { #expect(text.contains(line)) }
            }
        }
    }

    @Test("check --online with a wrong key says what to check, and not the key")
    func checkWrongKey() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let program = try stage.start(["check", "--online"], environment: ["INSIGHTLY_API_KEY": "another-key"])
            let (said, status) = await outcome(of: program)
            #expect(status == 78)
            let text = said.joined(separator: "\n")
            #expect(text.contains("401") && text.contains("User Settings"))
            #expect(!text.contains("another-key"))
        }
    }

    @Test(
        "A type that no event can have is told with the nearest one, and is no empty list",
        arguments: [["events", "list"], ["deliveries", "list"], ["replay"]])
    func unknownType(command: [String]) async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            #expect(await daemon.stop() == 0)
            let (said, status) = await outcome(of: try stage.start(command + ["--type", "contacts.updated"]))
            #expect(status == 1)
            #expect(said.joined().contains("the nearest is \"contact.updated\""), "\(said)")
            let (none, known) = await outcome(of: try stage.start(command + ["--type", "lead.deleted"]))
            #expect(known == 0 && none.last?.hasPrefix("no") == true, "\(none)")
        }
    }

    @Test("listen says why it cannot listen, where, and in whole brackets")
    func addressTaken() async throws {
        let first = try RunningProgram(product: "insightly-webhooks", ["listen", "--port", "0"])
        let url = try #require(await first.lines.first { _ in true }?.split(separator: " ").last)
        let port = try #require(URL(string: String(url))?.port)
        let (said, status) = await outcome(
            of: try RunningProgram(product: "insightly-webhooks", ["listen", "--port", "\(port)"]))
        #expect(status == 1)
        let text = said.joined(separator: "\n")
        #expect(text.contains("127.0.0.1:\(port)") && text.contains("Address already in use"), "\(text)")
        #expect(text.count { $0 == "(" } == text.count { $0 == ")" } && !text.contains("errno"), "\(text)")
        first.signal(SIGTERM)
        #expect(await first.exitStatus == 0)
    }

    @Test("secret prints a key that signs and verifies; listen takes it, prints verified events, and refuses others")
    func secretAndListen() async throws {
        let printed = await outcome(of: try RunningProgram(product: "insightly-webhooks", ["secret"]))
        #expect(printed.status == 0)
        let key = try #require(printed.said.first)
        #expect(key.hasPrefix("whsec_"))
        try await Stage.set { stage in
            let receiver = try RunningProgram(
                product: "insightly-webhooks", ["listen", "--port", "0", "--secret", key])
            var said = receiver.lines.makeAsyncIterator()
            let url = try #require(await said.next()?.split(separator: " ").last)
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.callback.url": "\"\(url)\"",
                "event.notification.signature.key": "\"\(key)\"",
            ])
            let daemon = try stage.startDaemon()
            let event = try #require(await said.next())
            #expect(event.contains(".created  #"))
            #expect(await daemon.stop() == 0)
            try stage.configure([
                "event.notification.callback.url": "\"\(url)\"",
                "event.notification.signature.key": "\"another key than the receiver's\"",
            ])
            // The first daemon may have sent all there was.
            stage.live.change { instance, now in (0..<20).flatMap { _ in instance.edit(at: now) } }
            let stranger = try stage.startDaemon()
            var line = await said.next()
            while line?.contains("NOT VERIFIED") == false { line = await said.next() }
            #expect(line != nil)
            #expect(await stranger.stop() == 0)
            receiver.signal(SIGTERM)
            var summary = ""
            while let line = await said.next() { summary += line + "\n" }
            #expect(summary.contains("without a valid signature"))
            #expect(await receiver.exitStatus == 0)
        }
    }

    @Test(
        "What listen cannot print keeps no request from its answer, is said once, and is in the exit status",
        arguments: ["exec 3>/dev/full", "exec 3> >(:); wait $!"])
    func listenWithoutRoom(output: String) async throws {
        let receiver = try RunningProgram(
            "/bin/bash",
            [
                "-c", output + #"; exec "$0" listen --json --port 0 --secret k >&3 3>&-"#,
                RunningProgram.path(of: "insightly-webhooks"),
            ])
        var said = receiver.lines.makeAsyncIterator()
        let url = try #require(await said.next()?.split(separator: " ").last)
        for _ in 0..<3 {
            var request = HTTPClientRequest(url: String(url))
            request.method = .POST
            request.body = .bytes(Array("{}".utf8))
            #expect(try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status == .unauthorized)
        }
        receiver.signal(SIGTERM)
        var rest: [String] = []
        while let line = await said.next() { rest.append(line) }
        #expect(rest.count { $0.contains("not all is printed") } == 1, "\(rest)")
        #expect(rest.contains { $0.contains("3 requests without a valid signature") })
        #expect(await receiver.exitStatus == 1)
    }

    @Test(
        "A command that finds no room for what it prints says so and fails",
        arguments: ["secret", "listen --port 0 --seconds 0.1"])
    func noRoom(arguments: String) async throws {
        let path = RunningProgram.path(of: "insightly-webhooks")
        let program = try RunningProgram("/bin/sh", ["-c", "exec \"$0\" \(arguments) >/dev/full", path])
        let (said, status) = await outcome(of: program)
        #expect(said.count { $0.contains("No space left on device") } == 1, "\(said)")
        #expect(status == 1)
    }

    @Test("A command that cannot even say what is wrong ends with its exit status")
    func noRoomForErrors() async throws {
        let path = RunningProgram.path(of: "insightly-webhooks")
        let line = "exec \"$0\" check --config /nowhere/config.json 2>/dev/full"
        #expect(await outcome(of: try RunningProgram("/bin/sh", ["-c", line, path])).status == 78)
    }
}
