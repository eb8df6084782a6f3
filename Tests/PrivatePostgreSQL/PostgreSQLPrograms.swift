// The programs of PostgreSQL, as the user whom they agree to run for.

import Foundation
import StartedPrograms

/// They lie where Debian puts them, for each version apart. The server refuses to run as root: then all of them run as
/// `postgres`, whom Debian's package makes.
enum PostgreSQLPrograms {
    @discardableResult static func run(_ name: String, _ arguments: String...) async throws -> String {
        try await run(name, arguments: arguments)
    }

    /// What it prints, to its end.
    static func run(_ name: String, arguments: [String]) async throws -> String {
        let program = try started(name, arguments)
        var lines: [String] = []
        for await line in program.lines { lines.append(line) }
        guard await program.exitStatus == 0 else {
            throw ClusterFailure(description: "\(name) failed: \(lines.joined(separator: "\n"))")
        }
        return lines.joined(separator: "\n")
    }

    static func started(_ name: String, _ arguments: [String]) throws -> RunningProgram {
        let whole = [try folder() + "/" + name] + arguments
        // It becomes the program, so that signals reach that.
        let prefix = geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] : []
        let command = prefix + whole
        return try RunningProgram(command[0], Array(command.dropFirst()), environment: ["LC_ALL": "C.UTF-8"])
    }

    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if geteuid() == 0 {
            try FileManager.default.setAttributes([.ownerAccountName: user], ofItemAtPath: path)
        }
    }

    private static let user = "postgres"

    private static func folder() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else {
            throw ClusterFailure(
                description: "there is no server of PostgreSQL in \(root): scripts/install-dependencies --for-tests")
        }
        return "\(root)/\(newest)/bin"
    }
}
