// The judge of every whole run: what a receiver took is what the world did, nothing less and nothing twice.

import ChangeFeed
import SimulatedWorld
import ReceivedEvents

/// Compares the events that a receiver took with the world they tell of. The world must keep its history.
package struct Verdict {
    /// Broken promises, in words; empty where all were kept.
    package private(set) var faults: [String] = []

    private let world: SimulatedInstance
    private let newsThreshold: (SimulatedObject) throws -> NewsThreshold?

    /// - Parameters:
    ///   - taken: every event once, in the order in which it was first taken. Everything has been delivered.
    ///   - polled: the objects that were polled.
    ///   - newsThreshold: from when on a change of an object was news; nil where it was never polled.
    package init(
        taken: [ReceivedEvent], world: SimulatedInstance, polled: [SimulatedObject] = SimulatedObject.allCases,
        newsThreshold: @escaping (SimulatedObject) throws -> NewsThreshold?
    ) throws {
        self.world = world
        self.newsThreshold = newsThreshold
        judgeSequences(taken)
        let histories = Dictionary(grouping: taken, by: \.recordName)
        for (name, events) in histories { try judge(name, events) }
        for object in polled {
            for id in world.ids(of: object) {
                try judgeFinalState(object, id, announced: histories["\(object.resource)/\(id)"]?.last)
            }
        }
    }

    private mutating func judgeSequences(_ taken: [ReceivedEvent]) {
        let sequences = taken.map { $0.sequence ?? 0 }.sorted()
        for (index, sequence) in sequences.enumerated() where sequence != index + 1 {
            faults.append("#\(sequence) stands where #\(index + 1) should")
            return
        }
    }

    /// Each event is a state the record really had, each later than the one before, and each diff leads from that one.
    private mutating func judge(_ name: String, _ events: [ReceivedEvent]) throws {
        guard let first = events.first, let object = SimulatedObject(named: first.resource),
            let id = Int64(first.recordID)
        else {
            faults.append("\(name) is none of the world")
            return
        }
        let states = world.history(of: object, id)
        var position: Int?
        for event in events {
            let title = "\(name) #\(event.sequence ?? 0) \(event.type)"
            let bytes = event.record.map { Array($0.bytes) } ?? []
            let later = states.indices.dropFirst(position.map { $0 + 1 } ?? 0)
            guard let found = later.first(where: { states[$0].document.json == bytes }) else {
                faults.append("\(title): its record is no state that came after the last one")
                continue
            }
            if let position {
                judge(event, title, from: states[position].document.json, to: bytes)
            } else {
                try judgeFirst(event, title, of: object, states: states, position: found)
            }
            position = found
        }
    }

    private mutating func judge(_ event: ReceivedEvent, _ title: String, from before: [UInt8], to record: [UInt8]) {
        if event.type.hasSuffix(".created") { faults.append("\(title): created twice") }
        let patch = Patch(changes: event.changes ?? [])
        if patch.changes.isEmpty { faults.append("\(title): tells of no change") }
        if !patch.leads(from: before, to: record) {
            faults.append("\(title): its changes do not lead from the last event")
        }
    }

    /// The first event of a record is its creation, or leads from a state it had when it was learned without a word.
    private mutating func judgeFirst(
        _ event: ReceivedEvent, _ title: String, of object: SimulatedObject, states: [Commit], position: Int
    ) throws {
        let isCreated = event.type.hasSuffix(".created")
        if isCreated, event.changes != nil { faults.append("\(title): a creation has changes") }
        guard case .since(let threshold)? = try newsThreshold(object) else {
            if !isCreated { faults.append("\(title): the first event of a record is its creation") }
            return
        }
        if let changes = event.changes {
            let patch = Patch(changes: changes)
            let record = states[position].document.json
            if changes.isEmpty
                || !states[..<position].contains(where: { patch.leads(from: $0.document.json, to: record) })
            {
                faults.append("\(title): its changes lead from no state that the record had")
            }
        }
        // Records of the founding are the only ones that are certainly older than any threshold of now.
        let isOld = states[0].summary == "founded" && states[0].stamp < threshold - .minutes(1)
        if isOld, isCreated { faults.append("\(title): it was there before, and no news") }
        if isOld, position == 0 { faults.append("\(title): nothing had changed") }
    }

    /// The last event holds what the record says now; a record without an event has not changed since it was news.
    private mutating func judgeFinalState(
        _ object: SimulatedObject, _ id: Int64, announced: ReceivedEvent?
    ) throws {
        let states = world.history(of: object, id)
        guard let last = states.last else { return }
        let known: [UInt8]
        if let announced {
            known = announced.record.map { Array($0.bytes) } ?? []
        } else if case .since(let threshold)? = try newsThreshold(object),
            let learned = states.last(where: { $0.stamp < threshold })
        {
            known = learned.document.json
        } else {
            faults.append("\(object.resource)/\(id) was never announced")
            return
        }
        if !Patch(changes: []).leads(from: known, to: last.document.json) {
            faults.append(
                "\(object.resource)/\(id): the last change, at \(last.at.iso8601), was not told: \(last.summary)")
        }
    }
}
