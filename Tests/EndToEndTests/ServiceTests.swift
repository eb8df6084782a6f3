// The real program as a service of systemd: what it reports, where its secrets come from, and what it never says.

import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Being a service", .timeLimit(.minutes(60)))
struct ServiceTests {
    @Test("The limit on open files is raised for deliveries, whether there is an admin server or not")
    func openFiles() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon(shell: "ulimit -Sn 256; exec \"$@\"")
            try await stage.took.wait { !$0.isEmpty }
            #expect(try #require(daemon.filesAllowed) > 256)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("It reports that it is ready, that it lives, and that it stops")
    func notify() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let socket = try NotifySocket("@insightly-\(UUID().uuidString.prefix(8))")
            let daemon = try stage.startDaemon(environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "200000"])
            var heard: [String] = []
            while heard.filter({ $0 == "WATCHDOG=1" }).count < 3 { heard.append(try await socket.receive()) }
            #expect(heard.filter { $0 == "READY=1" }.count == 1)
            #expect(heard.contains("STATUS=polling contacts organisations leads opportunities"))
            daemon.signal(SIGTERM)
            while heard.last?.hasPrefix("STOPPING=1") == false { heard.append(try await socket.receive()) }
            #expect(heard.last == "STOPPING=1\nEXTEND_TIMEOUT_USEC=25000000")
            #expect(await daemon.exitStatus == 0)
        }
    }

    @Test("Secrets come as credentials where nothing else names them, and the state lies where systemd says")
    func credentials() async throws {
        try await Stage.set { stage in
            try stage.configure(["store.path": "null"])
            for (name, secret) in [("insightly-api-key", Stage.apiKey), ("signature-key", Stage.signatureKey)] {
                try (secret + "\n").write(
                    to: stage.directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            let state = stage.directory.appendingPathComponent("state")
            let daemon = try stage.startDaemon(environment: [
                "CREDENTIALS_DIRECTORY": stage.directory.path, "STATE_DIRECTORY": state.path,
                "INSIGHTLY_API_KEY": "wrong", "INSIGHTLY_WEBHOOKS_SIGNATURE_KEY": "wrong",
            ])
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in (0..<5).flatMap { _ in instance.edit(at: now) } }
            try await stage.took.wait { !$0.isEmpty }
            #expect(await daemon.stop() == 0)
            #expect(FileManager.default.fileExists(atPath: state.appendingPathComponent("state.sqlite3").path))
            #expect(stage.receiver.summary.unverified == 0)
        }
    }

    @Test("No secret is in the log, not even where everything is logged and everything fails; nor in the store")
    func secrecy() async throws {
        try await Stage.set { stage in
            try stage.configure([
                "event.poller.start": #""beginning""#, "log.level": #""trace""#,
                "event.notification.callback.headers": #"{"X-Token": "token-of-the-receiver"}"#,
                "event.notification.basic.username": #""hook""#,
                "event.notification.basic.password": #""password-of-the-receiver""#,
                "event.notification.retry.schedule": #"["1ms"]"#,
            ])
            stage.live.withInstance { instance, _ in instance.faults = .mixed(0.5, slowness: .milliseconds(10)) }
            stage.receiver.behave(.init([.init(.init(.status(500)), .share(0.1)), .init(.init(.reset), .share(0.1))]))
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count >= 20 }
            daemon.signal(SIGTERM)
            var said = ""
            for await line in daemon.lines { said += line + "\n" }
            #expect(await daemon.exitStatus == 0)
            #expect(said.contains("not delivered"))
            let secrets = [
                Stage.apiKey, Data((Stage.apiKey + ":").utf8).base64EncodedString(), Stage.signatureKey,
                String(Stage.signatureKey.dropFirst(6)), "token-of-the-receiver", "password-of-the-receiver",
                Data("hook:password-of-the-receiver".utf8).base64EncodedString(),
            ]
            let files = try FileManager.default.contentsOfDirectory(atPath: stage.directory.path)
                .filter { $0.hasPrefix("state") }
            #expect(!files.isEmpty)
            for secret in secrets {
                #expect(!said.contains(secret))
                for file in files {
                    let bytes = try Data(contentsOf: stage.directory.appendingPathComponent(file))
                    #expect(bytes.range(of: Data(secret.utf8)) == nil)
                }
            }
        }
    }

    @Test("A daemon that is not enabled polls nothing and says so")
    func disabled() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.notification.enabled": "false"])
            let daemon = try stage.startDaemon()
            #expect(await daemon.lines.first { $0.contains("nothing is polled") } != nil)
            #expect(await daemon.stop() == 0)
            #expect(stage.requestLog.count == 0)
        }
    }
}
