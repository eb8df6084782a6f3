// Connections to the database, kept for the next use, and never to a server that was left behind.

import ChangeFeed
import Dispatch
import EventStore
import Foundation
import PostgreSQLClient
import Synchronization

/// As many connections as are used at once, made when they are needed.
///
/// After a promotion there may be two servers that call themselves primaries. The one that was left behind has the
/// lower timeline: once a higher one was seen, it is not spoken to any more.
package final class SessionPool: Sendable {
    package let address: PostgreSQLAddress
    private let dialling: PostgreSQLDialling
    private let places: DispatchSemaphore
    private let timelines: TimelineWatch
    /// Whether a server that is away is called again before anybody is told.
    private let recalls: Bool
    private let state = Mutex(State())

    private struct State {
        var idle: [PostgreSQLConnection] = []
        var warnings: [PostgreSQLServer.Warning] = []
        var isClosed = false
        var hasDialled = false
        var tellOfDoubt: (@Sendable (StoreFailure) -> Void)?
    }

    /// Whether all is asked in one session, and nothing more where that is lost.
    private let isOneSession: Bool

    /// - Parameter limit: as many connections at once; who needs another one waits.
    package convenience init(
        _ address: PostgreSQLAddress, _ dialling: PostgreSQLDialling, atMost limit: Int,
        _ timelines: TimelineWatch = TimelineWatch(), isOneSession: Bool = false
    ) {
        self.init(address, dialling, atMost: limit, timelines, recalls: true, isOneSession: isOneSession)
    }

    private init(
        _ address: PostgreSQLAddress, _ dialling: PostgreSQLDialling, atMost limit: Int, _ timelines: TimelineWatch,
        recalls: Bool, isOneSession: Bool = false
    ) {
        self.recalls = recalls
        self.address = address
        self.isOneSession = isOneSession
        self.dialling = dialling
        self.timelines = timelines
        places = DispatchSemaphore(value: limit)
    }

    /// Another one to the same place, for those who must not wait for the users of this. What one of the two has seen
    /// of promotions, the other knows. It calls each time once, for whoever has little time.
    ///
    /// - Parameter patience: with each target, until a connection is there.
    func beside(atMost limit: Int, patience: Duration) -> SessionPool {
        let dialling = PostgreSQLDialling(
            applicationName: dialling.applicationName, patience: patience, unacknowledged: dialling.unacknowledged)
        return SessionPool(address, dialling, atMost: limit, timelines, recalls: false)
    }

    /// What the server that was connected to last lacks of what the promises need.
    package var warnings: [PostgreSQLServer.Warning] { state.withLock { $0.warnings } }

    package var isClosed: Bool { state.withLock(\.isClosed) }

    /// Lends a connection, which is one of its own for as long as it takes.
    package func lend<Answer>(_ work: (PostgreSQLConnection) throws -> Answer) throws -> Answer {
        places.wait()
        defer { places.signal() }
        let connection = try idle() ?? dial()
        defer { take(back: connection) }
        return try work(connection)
    }

    /// From now on, tells of a transaction of which nobody knows what became of it, while that is asked in vain.
    func whenInDoubt(_ tell: @escaping @Sendable (StoreFailure) -> Void) { state.withLock { $0.tellOfDoubt = tell } }

    func tellOfDoubt(_ failure: StoreFailure) { state.withLock(\.tellOfDoubt)?(failure) }

    /// Whoever has one goes on; none is kept.
    package func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { connection.close() }
    }

    private func idle() -> PostgreSQLConnection? {
        while let connection = state.withLock({ $0.idle.popLast() }) {
            if connection.isAlive, !timelines.isLeftBehind(connection.server) { return connection }
            connection.close()
        }
        return nil
    }

    /// A server that is away is mostly back soon, or another is promoted in its place: it is called for a while.
    private func dial() throws -> PostgreSQLConnection {
        let end = ContinuousClock.now + PostgresLimits.recallPatience
        while true {
            do { return try dialOnce() } catch let unavailable as PostgreSQLUnavailable {
                let mayPass = unavailable.attempts.contains { StoreTrouble($0.failure.trouble).passes }
                guard mayPass, recalls, !isClosed, ContinuousClock.now < end else { throw unavailable }
                Thread.sleep(forTimeInterval: PostgresLimits.recallPause.inSeconds)
            }
        }
    }

    private func dialOnce() throws -> PostgreSQLConnection {
        let wasDialled = state.withLock { state in
            defer { state.hasDialled = true }
            return state.hasDialled
        }
        guard !(isOneSession && wasDialled) else {
            throw StoreFailure(.failing, cause: "the session that saw one moment of the store was lost")
        }
        let connection = try PostgreSQLConnection(address, dialling) { [timelines] server in
            timelines.objection(to: server)
        }
        timelines.saw(connection.server)
        state.withLock { $0.warnings = connection.server.warnings }
        return connection
    }

    private func take(back connection: PostgreSQLConnection) {
        guard connection.isUsable else { return connection.close() }
        let isKept = state.withLock { state in
            guard !state.isClosed else { return false }
            state.idle.append(connection)
            return true
        }
        if !isKept { connection.close() }
    }
}
