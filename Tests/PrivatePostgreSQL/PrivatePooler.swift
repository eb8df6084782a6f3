// A PgBouncer before a private server, for one test.

import Foundation
import StartedPrograms

/// Listens on a socket in a folder of its own, and lets everybody in as `tester`.
package struct PrivatePooler: Sendable {
    /// When a session of the server's is lent to somebody else.
    package enum Mode: String, Sendable, CaseIterable {
        /// When its client has gone.
        case session
        /// After each transaction.
        case transaction
    }

    private let folder: String

    /// As an address of libpq's.
    package var address: String { address(of: "postgres") }

    package func address(of database: String) -> String { "host=\(folder) port=6432 user=tester dbname=\(database)" }

    /// Runs one for the time of the body.
    package static func running<Result>(
        before cluster: PrivateCluster, _ mode: Mode, _ body: (PrivatePooler) async throws -> Result
    ) async throws -> Result {
        let name = "pgbouncer-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try PostgreSQLPrograms.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = """
            [databases]
            * = host=\(cluster.folder) port=\(cluster.port)
            [pgbouncer]
            listen_addr =
            listen_port = 6432
            unix_socket_dir = \(folder)
            auth_type = trust
            auth_file = \(folder)/users
            pool_mode = \(mode.rawValue)
            default_pool_size = 60
            max_client_conn = 300
            server_login_retry = 1
            """
        try settings.write(toFile: folder + "/pgbouncer.ini", atomically: true, encoding: .utf8)
        try "\"tester\" \"\"\n".write(toFile: folder + "/users", atomically: true, encoding: .utf8)
        let program = try PostgreSQLPrograms.started("/usr/sbin/pgbouncer", [folder + "/pgbouncer.ini"])
        do {
            try await isUp(program)
            let result = try await body(PrivatePooler(folder: folder))
            await end(program)
            return result
        } catch {
            await end(program)
            throw error
        }
    }

    private static func isUp(_ program: RunningProgram) async throws {
        var said: [String] = []
        for await line in program.lines {
            if line.contains("process up") { return }
            said.append(line)
        }
        throw ClusterFailure(description: "pgbouncer did not start: \(said.joined(separator: "\n"))")
    }

    private static func end(_ program: RunningProgram) async {
        // Others are blocked, as in the thread that started it.
        program.signal(SIGKILL)
        _ = await program.exitStatus
    }
}
