// A database that moves from server to server, each with a synchronous standby, behind one address.

import Foundation
import PrivatePostgreSQL
import StartedPrograms
import Synchronization

/// The address lists folders that lead to the sockets of the servers as they come to be, so that nobody has to be told of
/// a move.
final class MovingDatabase: Sendable {
    private static let name = "fleet"

    private struct State {
        var primary: PrivateCluster
        var isTroubled = true
    }

    private let scale: ProofScale
    private let folder: String
    private let state: Mutex<State>

    /// Whether its servers are down, or commits wait for a standby that is.
    var isTroubled: Bool { state.withLock(\.isTroubled) }

    /// How many servers there will have been.
    var count: Int { scale.failOvers + 2 }

    /// Where their sockets are: `/tmp/h0`, `/tmp/h1`, …
    var places: String { folder + "/h" }

    private init(_ primary: PrivateCluster, _ scale: ProofScale, in folder: String) {
        self.scale = scale
        self.folder = folder
        state = Mutex(State(primary: primary))
    }

    /// Runs the first of its servers for the time of the body.
    ///
    /// - Parameter folder: where the address leads.
    static func running(
        _ scale: ProofScale, in folder: String, _ body: (MovingDatabase) async throws -> Void
    ) async throws {
        // A standby comes back as soon as it can.
        let settings = ["wal_retrieve_retry_interval": "200ms", "max_connections": "200", "max_wal_senders": "10"]
        try await PrivateCluster.running(settings) { first in
            try await first.sql("CREATE DATABASE \(name)")
            let database = MovingDatabase(first, scale, in: folder)
            try database.lead(to: first, place: 0)
            try await body(database)
        }
    }

    /// As libpq reads it.
    ///
    /// - Parameter places: of the sockets, where these are others.
    func address(by places: String? = nil) -> String {
        let hosts = (0..<count).map { "\(places ?? self.places)\($0)" }.joined(separator: ",")
        return "host=\(hosts) port=5432 user=tester dbname=\(Self.name)"
    }

    /// What psql prints, of the server that is the primary now.
    func ask(_ query: String) async throws -> String {
        try await state.withLock(\.primary).sql(in: Self.name, [query])
    }

    /// What psql prints of it again and again, of the server that is the primary now, until that does not answer.
    func watching(_ query: String, everyMilliseconds pause: Int) throws -> RunningProgram {
        try state.withLock(\.primary).watching(query, in: Self.name, everyMilliseconds: pause)
    }

    private func lead(to server: PrivateCluster, place: Int) throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(places)\(place)", withDestinationPath: server.folder)
    }

    // MARK: - What is done to it

    /// Restarts, standbys that are away, and fail-overs, one after the other.
    ///
    /// - Parameter end: at the last server, when all is over.
    func beset(pausing pause: () async throws -> Void, _ end: () async throws -> Void) async throws {
        try await beset(state.withLock(\.primary), after: 0, pausing: pause, end)
    }

    private func beset(
        _ server: PrivateCluster, after failOvers: Int, pausing pause: () async throws -> Void,
        _ end: () async throws -> Void
    ) async throws {
        try await server.withStandby(isSynchronous: true) { standby in
            try lead(to: standby, place: failOvers + 1)
            calm()
            for restart in 0..<scale.restarts where restart % (scale.failOvers + 1) == failOvers {
                try await pause()
                try await trouble { try await self.restart(server) }
            }
            try await pause()
            try await trouble { try await leaveAlone(server, standby) }
            guard failOvers < scale.failOvers else { return try await end() }
            try await pause()
            state.withLock { $0.isTroubled = true }
            await server.stop(SIGQUIT)
            try await standby.promote()
            state.withLock { $0.primary = standby }
            try await beset(standby, after: failOvers + 1, pausing: pause, end)
        }
    }

    private func calm() { state.withLock { $0.isTroubled = false } }

    private func trouble(_ work: () async throws -> Void) async throws {
        state.withLock { $0.isTroubled = true }
        try await work()
        calm()
    }

    private func restart(_ server: PrivateCluster) async throws {
        await server.stop(SIGQUIT)
        try await server.start()
        try await server.waitUntil(Self.hasStandby)
    }

    /// Commits wait until all leases are over.
    private func leaveAlone(_ server: PrivateCluster, _ standby: PrivateCluster) async throws {
        await standby.stop(SIGQUIT)
        try await server.waitUntil(
            "NOT EXISTS (SELECT FROM insightly_webhooks.daemon WHERE until > clock_timestamp())", in: Self.name)
        try await standby.start()
        try await server.waitUntil(Self.hasStandby)
    }

    private static let hasStandby =
        "EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync')"
}
