// A server of PostgreSQL for one test: Debian's own programs, a folder that goes with it, and nobody else's business.

import Foundation
import StartedPrograms
import Synchronization

/// Listens on a socket in its folder, where it lets everybody in as `tester`, who may do anything. On a port of
/// 127.0.0.1, where that is asked for, it has a certificate of its own and wants a password.
package final class PrivateCluster: Sendable {
    /// Where its socket is, and its data below.
    package let folder: String
    package var port: Int { reservedPort?.number ?? 5432 }
    /// Where it listens on 127.0.0.1.
    private let reservedPort: ReservedPort?
    /// Those that it was asked for with; a standby gets the same.
    private let settings: [String: String]
    /// That it sees, and nobody else, where there is one.
    private let disk: SmallDisk?
    private let server = Mutex<RunningProgram?>(nil)

    /// As an address of libpq's.
    package var address: String { address(of: "tester") }

    private func address(in database: String) -> String {
        "host=\(folder) port=\(port) user=tester dbname=\(database)"
    }

    package func address(of user: String) -> String { "host=\(folder) port=\(port) user=\(user) dbname=postgres" }

    /// By way of the network; only where that was asked for.
    package var networkAddress: String {
        "host=127.0.0.1 port=\(port) user=tester password=\(Self.password) dbname=postgres sslmode=require"
    }
    package static let password = "hidden"

    /// Runs a new one for the time of the body.
    ///
    /// - Parameters:
    ///   - settings: of `postgresql.conf`.
    ///   - isOnNetwork: whether it listens on 127.0.0.1 too.
    ///   - log: the disk that its log (`pg_wal`) lies on; nil: all lies in its folder.
    ///   - tables: the disk of a tablespace `small`; nil: there is none.
    package static func running<Result>(
        _ settings: [String: String] = [:], isOnNetwork: Bool = false, log: SmallDisk? = nil,
        tables: SmallDisk? = nil, _ body: (PrivateCluster) async throws -> Result
    ) async throws -> Result {
        let cluster = try PrivateCluster(settings, isOnNetwork: isOnNetwork, seeing: log ?? tables)
        return try await cluster.running { cluster in
            if let tables { try await cluster.sql("CREATE TABLESPACE small LOCATION '\(tables.folder)'") }
            return try await body(cluster)
        } preparing: {
            try await cluster.make(log: log)
        }
    }

    private func make(log: SmallDisk?) async throws {
        let passwordFile = folder + "/password"
        try Self.password.write(toFile: passwordFile, atomically: true, encoding: .utf8)
        try await PostgreSQLPrograms.run(
            path: PostgreSQLPrograms.path(of: "initdb"),
            [
                "--pgdata=\(data)", "--username=tester", "--pwfile=\(passwordFile)", "--auth-local=trust",
                "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1", "--no-sync",
                "--no-instructions",
            ] + (log.map { ["--waldir=\($0.folder)/wal"] } ?? []), seeing: log)
        guard reservedPort != nil else { return }
        // Where the server looks for them, and a copy of its data has them.
        try await PostgreSQLPrograms.run(
            path: "/usr/bin/openssl",
            [
                "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-keyout", data + "/server.key", "-out", data + "/server.crt",
            ])
    }

    /// Runs a standby of this one for the time of the body, from when it streams.
    ///
    /// - Parameter isSynchronous: whether commits wait for it. The data are copied before that is set, for a standby
    ///   with the same setting would wait for itself once it is promoted.
    package func withStandby<Result>(
        isSynchronous: Bool, _ body: (PrivateCluster) async throws -> Result
    ) async throws -> Result {
        let standby = try PrivateCluster(settings, isOnNetwork: reservedPort != nil)
        return try await standby.running { standby in
            try await waitUntil("EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming')")
            if isSynchronous {
                try await set("synchronous_standby_names", "standby")
                try await waitUntil("EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')")
            }
            return try await body(standby)
        } preparing: {
            try await PostgreSQLPrograms.run(
                "pg_basebackup", "--dbname=\(address) application_name=standby", "--pgdata=\(standby.data)",
                "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        }
    }

    private init(_ settings: [String: String], isOnNetwork: Bool, seeing disk: SmallDisk? = nil) throws {
        let name = "pg-\(UUID().uuidString.prefix(8))"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        reservedPort = isOnNetwork ? try ReservedPort() : nil
        self.settings = settings
        self.disk = disk
    }

    private var data: String { folder + "/data" }

    private func running<Result>(
        _ body: (PrivateCluster) async throws -> Result, preparing: () async throws -> Void
    ) async throws -> Result {
        try PostgreSQLPrograms.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            try await preparing()
            try await start()
            let result = try await body(self)
            await stop(SIGQUIT)
            return result
        } catch {
            await stop(SIGQUIT)
            throw error
        }
    }

    /// Starts it anew, after `stop`, and waits until it takes connections.
    package func start() async throws {
        let own = [
            "unix_socket_directories": folder, "port": String(port),
            "listen_addresses": reservedPort == nil ? "" : "127.0.0.1", "ssl": reservedPort == nil ? "off" : "on",
            // Many run beside each other, for seconds, and nobody pulls the plug.
            "shared_buffers": "16MB", "fsync": "off", "lc_messages": "C",
        ]
        let options = own.merging(settings) { $1 }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let program = try PostgreSQLPrograms.started(
            PostgreSQLPrograms.path(of: "postgres"), ["-D", data] + options, seeing: disk)
        server.withLock { $0 = program }
        var said: [String] = []
        for await line in program.lines {
            if line.contains("ready to accept") { return }
            said.append(line)
        }
        throw ClusterFailure(description: "postgres did not start: \(said.joined(separator: "\n"))")
    }

    /// Ends it as `pg_ctl stop` does, and waits for that: SIGINT is its mode `fast`, SIGQUIT is `immediate`.
    package func stop(_ signal: Int32) async {
        let program = server.withLock { server in
            defer { server = nil }
            return server
        }
        program?.signal(signal)
        program?.signal(SIGCONT)
        _ = await program?.exitStatus
    }

    /// Returns once it has ended without being told to.
    package func ends() async { _ = await server.withLock { $0 }?.exitStatus }

    /// Sends a signal to the process that takes connections, and to no other of them.
    package func signal(_ signal: Int32) {
        server.withLock { $0?.signal(signal) }
    }

    /// Makes a primary of a standby, which waits for none of its own: not for itself either, where its data say so.
    package func promote() async throws {
        try await set("synchronous_standby_names", "")
        try await sql("SELECT pg_promote()")
    }

    /// Changes a setting, for sessions that are there too.
    package func set(_ name: String, _ value: String) async throws {
        try await sql("ALTER SYSTEM SET \(name) = '\(value)'", "SELECT pg_reload_conf()")
        try await waitUntil("current_setting('\(name)') = '\(value)'")
    }

    /// What psql prints for these commands, each a transaction of its own: rows as lines, values between bars.
    @discardableResult package func sql(_ commands: String...) async throws -> String {
        try await sql(in: "postgres", commands)
    }

    /// The same in another database of the server.
    @discardableResult package func sql(in database: String, _ commands: [String]) async throws -> String {
        try await PostgreSQLPrograms.run(
            path: PostgreSQLPrograms.path(of: "psql"),
            ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address(in: database)] + commands.flatMap { ["-c", $0] })
    }

    /// A psql that prints the answer to a query again and again, for as long as the server answers.
    ///
    /// - Parameter query: without the semicolon at its end.
    package func watching(
        _ query: String, in database: String, everyMilliseconds pause: Int
    ) throws -> RunningProgram {
        let script = "\(folder)/watched-\(UUID().uuidString).sql"
        try "\(query) \\watch \(Double(pause) / 1_000)\n".write(toFile: script, atomically: true, encoding: .utf8)
        return try PostgreSQLPrograms.started(
            PostgreSQLPrograms.path(of: "psql"), ["-XAtq", "-d", address(in: database), "-f", script])
    }

    /// Waits within the server for a condition of SQL, of which each look sees what is committed then.
    package func waitUntil(_ condition: String, in database: String = "postgres") async throws {
        let loop = """
            DO $do$ DECLARE last timestamptz := clock_timestamp() + '30 min'; BEGIN
            WHILE NOT (\(condition)) LOOP
                IF clock_timestamp() > last THEN RAISE 'it did not come to be: %', $cond$\(condition)$cond$; END IF;
                PERFORM pg_stat_clear_snapshot();
                PERFORM pg_sleep(0.01);
            END LOOP; END $do$
            """
        try await sql(in: database, [loop])
    }
}

package struct ClusterFailure: Error, CustomStringConvertible {
    package let description: String
}
