// What the commands show on a terminal, and what of it is for terminals only.

import Foundation
import SimulatedWorld
import StartedPrograms
import Testing

@Suite("On a terminal", .timeLimit(.minutes(60)))
struct TerminalTests {
    /// A command on a terminal of 80 columns, by util-linux's `script`; its first line is the command's process.
    private func start(
        _ stage: Stage, _ command: String, environment: [String: String] = [:]
    ) throws -> RunningProgram {
        let program = RunningProgram.path(of: "insightly-webhooks")
        let config = stage.directory.appendingPathComponent("config.json").path
        let line = "stty cols 80 rows 24; echo $$; exec '\(program)' \(command) --config '\(config)'"
        return try RunningProgram(
            "/usr/bin/script", ["-qec", line, "/dev/null"],
            environment: ["TERM": "xterm", "NO_COLOR": "", "COLUMNS": ""].merging(environment) { $1 })
    }

    /// What it prints there.
    private func shown(
        _ stage: Stage, _ command: String, environment: [String: String] = [:]
    ) async throws -> (lines: [String], status: Int32?) {
        let terminal = try start(stage, command, environment: environment)
        var lines: [String] = []
        for await line in terminal.lines { lines.append(line.trimmingCharacters(in: .newlines)) }
        return (Array(lines.dropFirst()), await terminal.exitStatus)
    }

    @Test("Lists and the status are tables that fit it, in colours unless they are not wanted")
    func tables() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            for (command, head) in [
                ("status", "RESOURCE"), ("events list", " #  DETECTED"), ("deliveries list", "NUMBER  STATE"),
            ] {
                let (plain, status) = try await shown(stage, command, environment: ["NO_COLOR": "1"])
                #expect(status == 0)
                #expect(plain.contains { $0.hasPrefix(head) }, "\(plain)")
                #expect(plain.allSatisfy { $0.count <= 80 && !$0.contains("\u{1B}") }, "\(plain)")
                let dumb = try await shown(stage, command, environment: ["TERM": "dumb"]).lines
                #expect(dumb.allSatisfy { !$0.contains("\u{1B}") })
                #expect(try await shown(stage, command).lines.contains { $0.contains("\u{1B}[2m") })
                #expect(try await !stage.says(command.split(separator: " ").map(String.init)).contains("\u{1B}"))
            }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("An event is read by its diff first; elsewhere, and where it is asked for, there is nothing but the body")
    func events() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            try stage.live.change { instance, now in
                let id = instance.ids(of: .contacts)[3]
                return [try instance.update(.contacts, id, [.set("LAST_NAME", .text("New\u{1B}[2J"))], at: now)]
            }
            try await stage.took.wait { !$0.isEmpty }
            let sent = try #require(stage.receiver.requests.first?.body)
            let body = String(decoding: sent, as: UTF8.self)
            let commands = [
                ["events", "show", "1"], ["events", "show", "1", "--body"], ["events", "show", "1", "--json"],
                ["deliveries", "show", "1", "--body"],
            ]
            for command in commands { #expect(try await stage.says(command) == body + "\n") }
            let alone = try await shown(stage, "events show 1 --body").lines
            #expect(alone == [body])
            for command in ["events show 1", "deliveries show 1"] {
                let (lines, status) = try await shown(stage, command, environment: ["NO_COLOR": "1"])
                #expect(status == 0)
                let path = try #require(lines.firstIndex { $0.hasPrefix("/LAST_NAME") }, "\(lines)")
                #expect(lines[path].hasSuffix(#""New\u001b[2J""#) && lines[path - 1].hasPrefix("PATH"))
                #expect(lines.last == body && !lines.joined().contains("\u{1B}"))
            }
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("The status is drawn again and again until it is interrupted, and then the terminal is what it was")
    func watch() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let terminal = try start(stage, "status --watch")
            var lines = terminal.lines.makeAsyncIterator()
            let process = try #require(await lines.next().flatMap { pid_t($0.filter(\.isNumber)) })
            // What is drawn begins at the first line of the terminal, and takes no more of them than it has.
            var drawn: [String] = []
            while drawn.count(where: { $0.contains("\u{1B}[H") }) < 2, let line = await lines.next() {
                drawn.append(line)
            }
            #expect(drawn[0].hasPrefix("\u{1B}[?1049h\u{1B}[?25l\u{1B}[H"))
            let second = try #require(drawn.lastIndex { $0.contains("\u{1B}[H") })
            #expect(second < 24 && drawn.contains { $0.contains("RESOURCE") })
            kill(process, SIGINT)
            var rest = ""
            while let line = await lines.next() { rest += line }
            #expect(await terminal.exitStatus == 0)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Elsewhere the status is printed whenever something has happened, one object a line")
    func watchLines() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let watching = try stage.start(["status", "--watch", "--json"], secrets: false)
            var said = watching.lines.makeAsyncIterator()
            let first = try StatusSaid(try #require(await said.next()))
            #expect(first.daemonRuns == true && first.queue["last_sequence"] as? Int == 0)
            stage.live.change { instance, now in (0..<20).flatMap { _ in instance.edit(at: now) } }
            while let line = await said.next(), try StatusSaid(line).queue["last_sequence"] as? Int == 0 {}
            #expect(await daemon.stop() == 0)
            while let line = await said.next(), try StatusSaid(line).daemonRuns == true {}
            watching.signal(SIGINT)
            #expect(await watching.exitStatus == 0)
        }
    }

    @Test("Events are followed as they come, the oldest first and each once, until that is interrupted")
    func follow() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            let all = try stage.start(["events", "list", "--follow", "--after", "0", "--json"], secrets: false)
            let leads = try stage.start(
                ["events", "list", "--follow", "--after", "95", "--type", "lead.*"], secrets: false)
            var (numbers, lines): ([Int], [String]) = ([], [])
            var said = all.lines.makeAsyncIterator()
            while numbers.count < 95, let line = await said.next() { numbers.append(try number(line)) }
            try stage.live.change { instance, now in
                [try instance.create(.contacts, at: now), try instance.create(.leads, at: now)]
            }
            while numbers.count < 97, let line = await said.next() { numbers.append(try number(line)) }
            #expect(numbers == Array(1...97))
            for await line in leads.lines {
                lines.append(line)
                break
            }
            #expect(lines.allSatisfy { $0.contains("  lead.created  leads/") }, "\(lines)")
            for program in [all, leads] {
                program.signal(SIGINT)
                #expect(await program.exitStatus == 0)
            }
            let (refusal, status) = try await stage.refuses(["events", "list", "--follow", "--type", "leads.*"])
            #expect(status == 1 && refusal.contains("lead"))
            #expect(await daemon.stop() == 0)
        }
    }

    private func number(_ line: String) throws -> Int {
        let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return try #require(event?["sequence"] as? Int)
    }
}
