// Where a life keeps what outlives its processes, in either engine of the store.

import ChangeFeed
import ChangeStore
import EventStore
import Foundation
import MemoryStore

/// The engine that a life's store runs on.
package enum LifeEngine: String, Sendable, CaseIterable {
    /// The daemon's own.
    case sqlite
    /// The one for tests, which the same seed has to lead through the same life.
    case memory
}

/// What the daemon's processes open, and what commands beside them do to it.
struct LifeDisk {
    private enum Place {
        case file(path: String)
        case memory(MemoryDisk)
    }

    private let place: Place

    init(_ engine: LifeEngine, in directory: URL) {
        switch engine {
        case .sqlite: place = .file(path: directory.appendingPathComponent("state.sqlite3").path)
        case .memory: place = .memory(MemoryDisk())
        }
    }

    private var location: any StoreLocation {
        switch place {
        case .file(let path): SQLiteLocation(path: path)
        case .memory(let disk): MemoryLocation(disk)
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
        }
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
