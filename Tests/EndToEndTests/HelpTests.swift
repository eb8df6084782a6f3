// What the real program says of itself.

import Foundation
import StartedPrograms
import Testing

@Suite("Help", .timeLimit(.minutes(60)))
struct HelpTests {
    private func help(_ command: [String], columns: Int = 120) async throws -> [String] {
        let program = try RunningProgram(
            product: "insightly-webhooks", command + ["--help"], environment: ["COLUMNS": "\(columns)"])
        var lines: [String] = []
        for await line in program.lines { lines.append(line) }
        #expect(await program.exitStatus == 0)
        return lines
    }

    /// The names in the section of subcommands.
    private func subcommands(in lines: [String]) -> [String] {
        guard let start = lines.firstIndex(of: "SUBCOMMANDS:") else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty }
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// A line without its indentation and, in a list, without what it explains.
    private func prose(_ line: String) -> Substring {
        let text = line.drop { $0 == " " }
        let indentation = line.count - text.count
        guard (2...6).contains(indentation), let gap = text.firstRange(of: "   ") else { return text }
        return text[gap.upperBound...].drop { $0 == " " }
    }

    /// What stands under EXAMPLES to be typed.
    private func examples(in lines: [String]) -> [String] {
        guard let start = lines.firstIndex(of: "EXAMPLES:") else { return [] }
        return lines[(start + 1)...].prefix { !$0.isEmpty }.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.hasPrefix("#") }.joined(separator: "\n").replacing(" \\\n", with: " ").split(separator: "\n")
            .map(String.init)
    }

    @Test(
        "has examples, which are of that command and of options that it has",
        arguments: [
            "init", "run", "check", "status", "events list", "events show", "deliveries list", "deliveries show",
            "deliveries give-up", "deliveries discard", "replay", "resume", "release", "dismiss", "backup", "listen",
            "secret", "schema", "poll",
        ])
    func examples(command: String) async throws {
        let lines = try await help(command.split(separator: " ").map(String.init))
        let examples = examples(in: lines)
        // Nothing that is to be typed is broken where a terminal of the usual width ends.
        let narrow = try await help(command.split(separator: " ").map(String.init), columns: 80)
        #expect(self.examples(in: narrow) == examples)
        #expect(examples.contains { $0.contains("insightly-webhooks \(command)") }, "\(examples)")
        let options = try #require(lines.firstIndex(of: "OPTIONS:"))
        for example in examples where example.contains("insightly-webhooks \(command)") {
            for option in example.split(whereSeparator: { " ;()".contains($0) }) where option.hasPrefix("--") {
                let isKnown = lines[options...].contains { $0.contains("\(option)") }
                #expect(isKnown, "\(example): \(option)")
            }
        }
    }

    @Test("of every subcommand has no holes in its sentences")
    func holes() async throws {
        var commands: [[String]] = [[]]
        var seen = 0
        while let command = commands.popLast() {
            let lines = try await help(command)
            seen += 1
            commands += subcommands(in: lines).map { command + [$0] }
            for line in lines {
                #expect(!prose(line).contains("   "), "\(command.joined(separator: " ")): \(line)")
            }
        }
        #expect(seen >= 20)
    }
}
