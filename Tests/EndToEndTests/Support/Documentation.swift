// The code that the documentation shows.

import Foundation
import Testing

/// One page of it.
struct Documentation {
    static let readme = Documentation(path: "README.md")
    static let webhooks = Documentation(path: "docs/webhooks.md")

    let path: String

    /// The first code under a heading, up to a line that begins with `end`.
    func code(under heading: String, upTo end: String? = nil) throws -> String {
        try code(after: "\n\(heading)\n", upTo: end)
    }

    /// The first code after a text.
    func code(after text: String, upTo end: String? = nil) throws -> String {
        let page = try String(contentsOfFile: Project.file(path), encoding: .utf8)
        let rest = try #require(page.components(separatedBy: text).dropFirst().first)
        let block = try #require(rest.components(separatedBy: "```").dropFirst().first)
        let lines = block.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        return lines.prefix { line in end.map { !line.hasPrefix($0) } ?? true }.joined(separator: "\n")
    }
}

/// What others wrote and this machine has.
enum Interop {
    /// Where `scripts/test` has installed the verifiers and the frameworks of others.
    static let python = ProcessInfo.processInfo.environment["INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"]
    static let node = program("node")
    static let webhook = program("webhook")

    static let noPython: Comment = "scripts/test installs it and sets INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"
    static let noNode: Comment = "scripts/test installs Node; it is not on this machine"
    static let noWebhook: Comment = "scripts/test installs webhook; it is not on this machine"

    private static func program(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }
}
