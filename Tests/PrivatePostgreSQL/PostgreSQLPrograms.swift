// The programs of PostgreSQL, as the user whom they agree to run for.

import Foundation
import StartedPrograms

/// They lie where Debian puts them, for each version apart. The server refuses to run as root: then all of them run as
/// `postgres`, whom Debian's package makes.
enum PostgreSQLPrograms {
    @discardableResult static func run(_ name: String, _ arguments: String...) async throws -> String {
        try await run(path: path(of: name), arguments)
    }

    /// What it prints, to its end.
    ///
    /// - Parameter disk: that it is to see, where there is one.
    @discardableResult static func run(
        path: String, _ arguments: [String], seeing disk: SmallDisk? = nil
    ) async throws -> String {
        let program = try started(path, arguments, seeing: disk)
        var lines: [String] = []
        for await line in program.lines { lines.append(line) }
        guard await program.exitStatus == 0 else {
            throw ClusterFailure(description: "\(path) failed: \(lines.joined(separator: "\n"))")
        }
        return lines.joined(separator: "\n")
    }

    static func started(
        _ path: String, _ arguments: [String], seeing disk: SmallDisk? = nil
    ) throws -> RunningProgram {
        // It becomes the program, so that signals reach that.
        let prefix = geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"] : []
        let command = prefix + (disk?.entrance ?? []) + [path] + arguments
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

    /// By the numbers of the user that all of them run as.
    static var serversUser: (id: uid_t, group: gid_t) {
        guard geteuid() == 0, let entry = getpwnam(user)?.pointee else { return (geteuid(), getegid()) }
        return (entry.pw_uid, entry.pw_gid)
    }

    static func path(of name: String) throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else {
            throw ClusterFailure(
                description: "there is no server of PostgreSQL in \(root): scripts/install-dependencies --for-tests")
        }
        return "\(root)/\(newest)/bin/\(name)"
    }
}
