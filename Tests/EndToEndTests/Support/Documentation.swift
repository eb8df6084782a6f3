// The code that the documentation shows.

import Foundation
import Testing

/// One page of it.
struct Documentation {
    static let readme = Documentation(path: "README.md")
    static let webhooks = Documentation(path: "docs/webhooks.md")

    let path: String

    /// The first code under a heading.
    func code(under heading: String) throws -> String {
        try code(after: "\n\(heading)\n")
    }

    /// The first code after a text.
    func code(after text: String) throws -> String {
        let page = try String(contentsOfFile: Project.file(path), encoding: .utf8)
        let rest = try #require(page.components(separatedBy: text).dropFirst().first)
        let block = try #require(rest.components(separatedBy: "```").dropFirst().first)
        return block.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
    }
}

/// What others wrote and this machine has.
enum Interop {
    /// Where `scripts/test` has installed the verifiers and the frameworks of others.
    static let python = ProcessInfo.processInfo.environment["INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"]
    static let node = program("node")
    static let webhook = program("webhook")
    /// Where Debian keeps what the receiver in Java needs.
    static let gson = "/usr/share/java/gson.jar"

    /// Whether this machine has what each of the receivers of docs/receivers needs.
    static let hasPHP = program("php") != nil && phpModules.contains { $0.hasSuffix("/pdo_sqlite.so") }
    static let hasRuby = program("puma") != nil && isThere("/usr/lib/ruby/vendor_ruby/sqlite3.rb")
    static let hasJava = program("javac") != nil && isThere(gson)

    static let noPython: Comment = "scripts/test installs it and sets INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"
    static let noNode: Comment = "scripts/test installs Node; it is not on this machine"
    static let noWebhook: Comment = "scripts/test installs webhook; it is not on this machine"

    private static let phpModules = FileManager.default.subpaths(atPath: "/usr/lib/php") ?? []

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func program(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
    }
}
