// A first configuration: asked for or given, tried on the simulator, and what a daemon makes of it.

import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("init", .timeLimit(.minutes(60)))
struct InitTests {
    private func output(_ stage: Stage) -> String { stage.directory.appendingPathComponent("new").path }

    private func options(_ stage: Stage) -> [String] {
        [
            "init", "--base-url", stage.baseURL, "--callback", stage.callback, "--allowed-network", "127.0.0.0/8",
            "--output", output(stage),
        ]
    }

    private func run(
        _ arguments: [String], key: String? = Stage.apiKey
    ) async throws -> (said: String, status: Int32?) {
        let program = try RunningProgram(
            product: "insightly-webhooks", arguments, environment: ["INSIGHTLY_API_KEY": key ?? ""])
        var text = ""
        for await line in program.lines { text += line + "\n" }
        return (text, await program.exitStatus)
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("Where one of the files cannot be written, none is")
    func allOrNone() async throws {
        try await Stage.set { stage in
            let file = stage.directory.appendingPathComponent("file").path
            try "".write(toFile: file, atomically: true, encoding: .utf8)
            let credentials = stage.directory.appendingPathComponent("credentials").path
            let (said, status) = try await run([
                "init", "--base-url", stage.baseURL, "--callback", stage.callback, "--allowed-network", "127.0.0.0/8",
                "--yes", "--offline", "--systemd", "--credentials", credentials, "--output", file + "/sub",
            ])
            #expect(status == 1 && said.contains("Not a directory"), "\(said)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: credentials) == [])
            #expect(try permissions(credentials) == 0o700)
        }
    }

    @Test("What it writes runs as it is, with the secrets apart and for their owner only; nothing is replaced unasked")
    func runs() async throws {
        try await Stage.set { stage in
            let (said, status) = try await run(options(stage) + ["--yes"])
            #expect(status == 0, "\(said)")
            #expect(said.contains("plan: Enterprise") && said.contains("contacts: /Contacts can be read"), "\(said)")
            #expect(!said.contains(Stage.apiKey) && !said.contains("whsec_"))
            let directory = output(stage)
            for (name, mode) in [("config.json", 0o644), ("insightly-api-key", 0o600), ("signature-key", 0o600)] {
                #expect(try permissions("\(directory)/\(name)") == mode)
                #expect(said.contains("written: \(directory)/\(name)"))
            }
            let text = try String(contentsOfFile: directory + "/config.json", encoding: .utf8)
            #expect(!text.contains(Stage.apiKey) && !text.contains("whsec_"))
            let key = try String(contentsOfFile: directory + "/signature-key", encoding: .utf8)
            #expect(key.hasPrefix("whsec_") && key.count > 40)

            let config = ["--config", directory + "/config.json"]
            #expect(try await run(["check", "--online"] + config, key: nil).status == 0)
            let daemon = try RunningProgram(product: "insightly-webhooks", ["run"] + config)
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in (0..<20).flatMap { _ in instance.edit(at: now) } }
            // It signs by a key of its own, which this receiver does not know.
            try await stage.receiver.waitForRequests(1)
            #expect(await daemon.stop() == 0)

            let (refusal, refused) = try await run(options(stage) + ["--yes"])
            #expect(refused == 1 && refusal.contains("config.json already"), "\(refusal)")
            #expect(try String(contentsOfFile: directory + "/signature-key", encoding: .utf8) == key)
            #expect(try await run(options(stage) + ["--yes", "--force", "--offline"]).status == 0)
            #expect(try String(contentsOfFile: directory + "/signature-key", encoding: .utf8) != key)
            #expect(try String(contentsOfFile: directory + "/signature-key.old", encoding: .utf8) == key)
            let second = try String(contentsOfFile: directory + "/signature-key", encoding: .utf8)
            #expect(try await run(options(stage) + ["--yes", "--force", "--offline"]).status == 0)
            #expect(try String(contentsOfFile: directory + "/signature-key.old", encoding: .utf8) == key)
            #expect(try String(contentsOfFile: directory + "/signature-key.old.1", encoding: .utf8) == second)
            #expect(try String(contentsOfFile: directory + "/config.json.old", encoding: .utf8) == text)
            #expect(FileManager.default.fileExists(atPath: directory + "/config.json.old.1"))
            #expect(try permissions(directory + "/signature-key.old.1") == 0o600)
        }
    }

    @Test("A refused key, a wrong answer and a missing one write nothing; what may not be read is left out")
    func wrong() async throws {
        try await Stage.set(Stage.world { $0.hiddenObjects[.leads] = 403 }) { stage in
            let unasked = try await run(options(stage) + ["--yes"], key: "another-key")
            #expect(unasked.status == 78 && unasked.said.contains("refused (401)"), "\(unasked.said)")
            #expect(!unasked.said.contains("another-key"))
            let plain = try await run(
                ["init", "--yes", "--base-url", stage.baseURL, "--callback", "ftp://x/", "--output", output(stage)])
            #expect(plain.status == 78 && plain.said.contains("event.notification.callback.url"), "\(plain.said)")
            let missing = try await run(["init", "--yes", "--pod", "na1", "--output", output(stage)])
            #expect(missing.status == 64 && missing.said.contains("--callback"), "\(missing.said)")
            let all = try await run(["init", "--yes", "--output", output(stage)], key: nil)
            #expect(all.status == 64 && all.said.contains("insightly-webhooks init --help"), "\(all.said)")
            for option in ["--pod", "--api-key-file", "--callback"] { #expect(all.said.contains(option)) }
            let refused = try await run(
                ["init", "--yes", "--pod", "na1", "--callback", "http://127.0.0.1:1/", "--output", output(stage)])
            #expect(refused.status == 78 && refused.said.contains("(here: --allowed-network)"), "\(refused.said)")
            #expect(!FileManager.default.fileExists(atPath: output(stage)))

            let partly = try await run(options(stage) + ["--yes"])
            #expect(partly.status == 0 && partly.said.contains("leads: WRONG"), "\(partly.said)")
            #expect(partly.said.contains("contacts, organisations, opportunities will be polled"), "\(partly.said)")
            let text = try String(contentsOfFile: output(stage) + "/config.json", encoding: .utf8)
            #expect(text.contains(#""contacts": {}"#) && !text.contains("leads"))
        }
    }

    @Test("For systemd the keys are credentials; a configuration that polls nothing yet makes room")
    func systemd() async throws {
        try await Stage.set { stage in
            let directory = output(stage)
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try "{\"event.notification.enabled\": false}".write(
                toFile: directory + "/config.json", atomically: true, encoding: .utf8)
            let credentials = stage.directory.appendingPathComponent("credstore").path
            let key = stage.directory.appendingPathComponent("key").path
            try (Stage.apiKey + "\n").write(toFile: key, atomically: true, encoding: .utf8)
            let (said, status) = try await run(
                options(stage) + [
                    "--yes", "--offline", "--systemd", "--credentials", credentials, "--api-key-file", key,
                ], key: nil)
            #expect(status == 0, "\(said)")
            #expect(said.contains("CREDENTIALS_DIRECTORY=\(credentials) insightly-webhooks check --online"))
            #expect(said.contains("systemctl enable insightly-webhooks"))
            #expect(try permissions(credentials + "/insightly-api-key") == 0o600)
            #expect(FileManager.default.fileExists(atPath: directory + "/config.json.old"))
            let check = try RunningProgram(
                product: "insightly-webhooks", ["check", "--online", "--config", directory + "/config.json"],
                environment: ["CREDENTIALS_DIRECTORY": credentials])
            var text = ""
            for await line in check.lines { text += line + "\n" }
            #expect(await check.exitStatus == 0, "\(text)")
            try FileManager.default.removeItem(atPath: directory + "/config.json")
            let again = try await run(
                options(stage) + ["--yes", "--offline", "--systemd", "--credentials", credentials])
            #expect(again.status == 1 && again.said.contains("directory with --credentials"), "\(again.said)")
        }
    }

    /// Answers each prompt once it is there, on a terminal that shows whatever is not kept from it.
    private static let conversation = #"""
        cd "$DIRECTORY" && mkfifo in out
        script -qec "$COMMAND" /dev/null <in >out &
        exec 3>in 4<out
        answer() {
            local said=
            while [[ $said != *"$1"* ]] && IFS= read -r -n1 -u4 -d '' c; do said+=$c; done
            printf '%s' "$said"
            printf '%s\n' "$2" >&3
        }
        answer 'not shown: ' ''
        answer 'not shown: ' 'no key'
        answer 'not shown: ' "$KEY"
        answer 'sent to: ' nowhere
        answer 'sent to: ' "$CALLBACK"
        answer '[Y/n]: ' ''
        cat <&4
        wait $!
        """#

    @Test("Whoever is asked is asked again where the answer is none, and the key is not shown")
    func asks() async throws {
        try await Stage.set { stage in
            let program = RunningProgram.path(of: "insightly-webhooks")
            let command =
                "'\(program)' init --base-url \(stage.baseURL) --allowed-network 127.0.0.0/8 --output '\(output(stage))'"
            let conversation = try RunningProgram(
                "/bin/bash", ["-c", Self.conversation],
                environment: [
                    "COMMAND": command, "CALLBACK": stage.callback, "KEY": Stage.apiKey,
                    "DIRECTORY": stage.directory.path, "INSIGHTLY_API_KEY": "",
                ])
            var said = ""
            for await line in conversation.lines { said += line + "\n" }
            #expect(await conversation.exitStatus == 0, "\(said)")
            #expect(said.contains("nowhere") && said.contains("event.notification.callback.url: "), "\(said)")
            #expect(said.contains("insightly.api_key: is missing"), "\(said)")
            #expect(said.contains("insightly.api_key: is not an API key") && !said.contains("no key"), "\(said)")
            #expect(!said.contains(Stage.apiKey))
            let key = try String(contentsOfFile: output(stage) + "/insightly-api-key", encoding: .utf8)
            #expect(key == Stage.apiKey + "\n")
        }
    }
}
