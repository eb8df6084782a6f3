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

    /// An event as the log holds it.
    struct Logged {
        let sequence: Int
        let id: String
        let body: [UInt8]
    }

    private let place: Place

    init(_ engine: LifeEngine, in directory: URL) {
        switch engine {
        case .sqlite: place = .file(path: directory.appendingPathComponent("state.sqlite3").path)
        case .memory: place = .memory(MemoryDisk())
        }
    }

    /// What a process opens at its start: of each account its store.
    func open(_ accounts: [String], dyingBy doom: Doom) throws -> [any StoreEngine] {
        switch place {
        case .file(let path):
            let store = try ChangeStore(path: path)
            store.beforeEachCommit { try doom.strike() }
            return try accounts.map { try store.account(named: $0, identity: Self.identity(of: $0)) }
        case .memory(let disk): return try accounts.map { try memory($0, on: disk) { try doom.strike() } }
        }
    }

    private func memory(
        _ account: String, on disk: MemoryDisk, beforeCommit: @escaping @Sendable () throws -> Void = {}
    ) throws -> MemoryStore {
        try MemoryStore(on: disk, account: account, identity: Self.identity(of: account), beforeCommit: beforeCommit)
    }

    private static func identity(of account: String) -> String { "simulated \(account)" }

    /// Reads the newest events of an account's log as a command beside the daemon does, which may be kept open.
    ///
    /// - Returns: given how many, those, oldest first.
    func log(of account: String) throws -> (Int) throws -> [Logged] {
        switch place {
        case .file(let path):
            let visitor = try StoreVisitor(path: path, account: account, isReadOnly: true)
            return { count in
                var filter = ListFilter()
                filter.limit = count
                return try visitor.events(filter).reversed().map {
                    Logged(sequence: $0.sequence, id: $0.id, body: $0.body)
                }
            }
        case .memory(let disk):
            return { count in
                disk.newestEvents(count, of: account).map { Logged(sequence: $0.sequence, id: $0.id, body: $0.body) }
            }
        }
    }

    func requestReplay(of selection: ReplaySelection, eventsPerSecond: Double, account: String) throws {
        _ = try ask(account) {
            try $0.requestReplay(of: selection, eventsPerSecond: eventsPerSecond)
        } inMemory: {
            try AskForReplay(selection, eventsPerSecond: eventsPerSecond).run(in: $0)
        }
    }

    func requestResumption(of endpoint: String, account: String) throws {
        _ = try ask(account) {
            try $0.requestResumption(of: endpoint) == .requested
        } inMemory: {
            try $0.askForResumption(of: endpoint)
        }
    }

    func requestAPIResumption(account: String) throws {
        _ = try ask(account) {
            try $0.requestAPIResumption()
        } inMemory: {
            try $0.askForAPIResumption()
            return true
        }
    }

    func request(
        _ decision: HeldDecision, of resource: ResourceName, account: String
    ) throws -> HeldDecision.Answer {
        try ask(account) {
            try $0.request(decision, of: resource)
        } inMemory: {
            try AskForDecision(decision, of: resource).run(in: $0)
        }
    }

    func requestPoll(of resource: ResourceName?, account: String) throws -> AskForPoll.Answer? {
        try ask(account) {
            try $0.requestPoll(of: resource)
        } inMemory: {
            try AskForPoll(of: resource).run(in: $0)
        }
    }

    func requestGivingUp(of delivery: Int64, account: String) throws -> AskToGiveUp.Answer {
        try ask(account) {
            try $0.requestGivingUp(of: delivery)
        } inMemory: {
            try AskToGiveUp.run(delivery, in: $0)
        }
    }

    func requestGivingUp(allTo endpoint: String, account: String) throws -> AskToGiveUp.AnswerForAll {
        try ask(account) {
            try $0.requestGivingUp(allTo: endpoint)
        } inMemory: {
            try AskToGiveUp.run(allTo: endpoint, in: $0)
        }
    }

    /// A command beside the daemon.
    private func ask<Answer>(
        _ account: String, _ command: (StoreVisitor) throws -> Answer,
        inMemory verb: (any StoreTransaction) throws -> Answer
    ) throws -> Answer {
        switch place {
        case .file(let path): try command(StoreVisitor(path: path, account: account, isReadOnly: false))
        case .memory(let disk): try memory(account, on: disk).transact(verb)
        }
    }
}
