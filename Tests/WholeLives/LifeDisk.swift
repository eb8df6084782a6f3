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

    /// What a process opens at its start.
    func open(dyingBy doom: Doom) throws -> any StoreEngine {
        switch place {
        case .file(let path):
            let store = try ChangeStore(path: path)
            store.beforeEachCommit { try doom.strike() }
            return store
        case .memory(let disk):
            return MemoryStore(on: disk) { try doom.strike() }
        }
    }

    /// Reads the newest events of the log as a command beside the daemon does, which may be kept open.
    ///
    /// - Returns: given how many, those, oldest first.
    func log() throws -> (Int) throws -> [Logged] {
        switch place {
        case .file(let path):
            let visitor = try StoreVisitor(path: path, isReadOnly: true)
            return { count in
                var filter = ListFilter()
                filter.limit = count
                return try visitor.events(filter).reversed().map {
                    Logged(sequence: $0.sequence, id: $0.id, body: $0.body)
                }
            }
        case .memory(let disk):
            return { count in
                disk.newestEvents(count).map { Logged(sequence: $0.sequence, id: $0.id, body: $0.body) }
            }
        }
    }

    func requestReplay(of selection: ReplaySelection, eventsPerSecond: Double) throws {
        _ = try ask {
            try $0.requestReplay(of: selection, eventsPerSecond: eventsPerSecond)
        } inMemory: {
            try AskForReplay(selection, eventsPerSecond: eventsPerSecond).run(in: $0)
        }
    }

    func requestResumption(of endpoint: String) throws {
        _ = try ask {
            try $0.requestResumption(of: endpoint) == .requested
        } inMemory: {
            try $0.askForResumption(of: endpoint)
        }
    }

    func requestAPIResumption(of account: String) throws {
        _ = try ask {
            try $0.requestAPIResumption(ofAccount: account)
        } inMemory: {
            try $0.askForAPIResumption(of: account)
        }
    }

    func request(
        _ decision: HeldDecision, of resource: ResourceName, account: String
    ) throws -> HeldDecision.Answer {
        try ask {
            try $0.request(decision, of: resource, account: account)
        } inMemory: {
            try AskForDecision(decision, of: resource, account: account).run(in: $0)
        }
    }

    func requestPoll(of resource: ResourceName?, account: String) throws -> AskForPoll.Answer {
        try ask {
            try $0.requestPoll(of: resource, account: account)
        } inMemory: {
            try AskForPoll(of: resource, account: account).run(in: $0)
        }
    }

    func requestGivingUp(of delivery: Int64) throws -> AskToGiveUp.Answer {
        try ask {
            try $0.requestGivingUp(of: delivery)
        } inMemory: {
            try AskToGiveUp.run(delivery, in: $0)
        }
    }

    func requestGivingUp(allTo endpoint: String) throws -> AskToGiveUp.AnswerForAll {
        try ask {
            try $0.requestGivingUp(allTo: endpoint)
        } inMemory: {
            try AskToGiveUp.run(allTo: endpoint, in: $0)
        }
    }

    /// A command beside the daemon.
    private func ask<Answer>(
        _ command: (StoreVisitor) throws -> Answer, inMemory verb: (any StoreTransaction) throws -> Answer
    ) throws -> Answer {
        switch place {
        case .file(let path): try command(StoreVisitor(path: path, isReadOnly: false))
        case .memory(let disk): try MemoryStore(on: disk).transact(verb)
        }
    }
}
