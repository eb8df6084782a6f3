// A file system of a few megabytes that only the servers of one test see, so that it can be full.

import Foundation
import StartedPrograms

/// Lies in memory, in a mount namespace of its own, which whoever may make namespaces can have without being root. It is
/// gone with the test.
package final class SmallDisk: Sendable {
    /// Where those find it who are in the namespace; for all others it is an empty folder.
    package let folder: String
    /// Keeps the namespace.
    private let holder: RunningProgram
    private let holderID: String

    /// Whether this machine lets the user of the servers make namespaces.
    package static var isAvailable: Bool {
        get async {
            let attempt = try? PostgreSQLPrograms.started(unshare, namespaces + ["/bin/true"])
            return await attempt?.exitStatus == 0
        }
    }
    package static let whyNot = "this machine lets nobody make namespaces of users (unshare --user --mount)"

    private static let unshare = "/usr/bin/unshare"
    private static let namespaces = ["--user", "--map-root-user", "--mount"]

    /// There is one for the time of the body.
    package static func mounted<Result>(
        megabytes: Int, _ body: (SmallDisk) async throws -> Result
    ) async throws -> Result {
        let name = "disk-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try PostgreSQLPrograms.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mount = #"mount -t tmpfs -o size="$2",mode=700 small "$1" && echo "mounted $$" && exec sleep infinity"#
        let holder = try PostgreSQLPrograms.started(
            unshare, namespaces + ["/bin/sh", "-c", mount, "sh", folder, "\(megabytes)m"])
        let said = await holder.lines.first { _ in true } ?? "nothing"
        guard said.hasPrefix("mounted ") else { throw ClusterFailure(description: "no file system: \(said)") }
        return try await body(SmallDisk(folder, holder, holderID: String(said.dropFirst("mounted ".count))))
    }

    private init(_ folder: String, _ holder: RunningProgram, holderID: String) {
        self.folder = folder
        self.holder = holder
        self.holderID = holderID
    }

    /// What a command begins with that is run in there. Its user is the one outside: a server does not run as root.
    var entrance: [String] {
        let user = PostgreSQLPrograms.serversUser
        return [
            "/usr/bin/nsenter", "--preserve-credentials", "--user", "--mount", "--target", holderID, Self.unshare,
            "--user", "--map-user=\(user.id)", "--map-group=\(user.group)",
        ]
    }

    /// Leaves no room on it.
    package func fill() async throws {
        try await PostgreSQLPrograms.run(
            path: "/bin/sh", ["-c", #"cat /dev/zero >"$1"; test -s "$1""#, "sh", filler], seeing: self)
    }

    /// Gives back all that `fill` took.
    package func makeRoom() async throws {
        try await PostgreSQLPrograms.run(path: "/bin/rm", [filler], seeing: self)
    }

    private var filler: String { folder + "/filler" }
}
