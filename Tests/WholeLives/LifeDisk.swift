// Where a life keeps what outlives its processes, in whichever engine of the store.

import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import MemoryStore
import PostgreSQLClient
import PostgresStore

/// The engine that a life's store runs on; the same seed is the same life on each.
package enum LifeEngine: String, Sendable, CaseIterable {
    /// The daemon's own, unless it is told another.
    case sqlite
    /// The one for tests.
    case memory
    /// The one for several machines.
    case postgres
    /// The same, which answers every question by a rehearsal of what was written before it.
    case rehearsed

    package var needsServer: Bool { self == .postgres || self == .rehearsed }
}

/// What the daemon's processes open, and what commands beside them do to it.
struct LifeDisk {
    private enum Place {
        case file(path: String)
        case memory(MemoryDisk)
        case schema(PostgresLocation, rehearsesAlways: Bool)
    }

    private let place: Place

    /// - Parameter server: the address of one that runs, for engines that need it.
    init(_ engine: LifeEngine, in directory: URL, at server: String?) throws {
        switch engine {
        case .sqlite: place = .file(path: directory.appendingPathComponent("state.sqlite3").path)
        case .memory: place = .memory(MemoryDisk())
        case .postgres, .rehearsed:
            guard let server else { throw NoServer() }
            let schema = "s" + UUID().uuidString.lowercased().filter { $0 != "-" }
            place = .schema(
                PostgresLocation(try PostgreSQLAddress(server), schema: schema), rehearsesAlways: engine == .rehearsed)
        }
    }

    private var location: any StoreLocation {
        switch place {
        case .file(let path): SQLiteLocation(path: path)
        case .memory(let disk): MemoryLocation(disk)
        case .schema(let location, _): location
        }
    }

    /// What a process opens at its start: of each account its store.
    func open(_ accounts: [String], dyingBy doom: Doom) throws -> [any StoreEngine] {
        switch place {
        case .file(let path):
            let store = try ChangeStore(path: path)
            store.beforeEachCommit { try doom.strike() }
            return try accounts.map { try store.account(named: $0, identity: Self.identity(of: $0)) }
        case .memory(let disk):
            return try accounts.map {
                try MemoryStore(on: disk, account: $0, identity: Self.identity(of: $0)) { try doom.strike() }
            }
        case .schema(let location, let rehearsesAlways):
            let store = try PostgresStore(at: location, making: true)
            store.beforeEachCommit { try doom.strike() }
            return try accounts.map {
                try store.account(
                    named: $0, identity: Self.identity(of: $0), title: nil, under: nil, rehearsesAlways: rehearsesAlways
                )
            }
        }
    }

    /// Removes what lies elsewhere than in the directory.
    func discard() {
        guard case .schema(let location, _) = place else { return }
        // What stays is gone with the server.
        try? location.drop()
    }

    private static func identity(of account: String) -> String { "simulated \(account)" }

    /// Reads the newest events of an account's log as a command beside the daemon does, which may be kept open.
    ///
    /// - Returns: given how many, those, oldest first.
    func log(of account: String) throws -> (Int) throws -> [ListedEvent] {
        let visitor = try location.visit(account: account, isReadOnly: true)
        return { count in try visitor.events(limit: count).reversed() }
    }

    /// A command beside the daemon, which leaves something in the store.
    func visitor(of account: String) throws -> any StoreVisitor {
        try location.visit(account: account, isReadOnly: false)
    }
}

private struct NoServer: Error, CustomStringConvertible {
    let description = "this engine needs the address of a server"
}
