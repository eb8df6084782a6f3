// The judge of every whole run: what a receiver took is what the world did, nothing less and nothing twice.

import ChangeFeed
import Simulator
import WebhookReceiver

/// Compares the events that a receiver took with the world they tell of. The world must keep its history.
package struct Verdict {
    /// Broken promises, in words; empty where all were kept.
    package private(set) var faults: [String] = []

    private let world: SimulatedInstance
    private let newsThreshold: (SimulatedObject) throws -> NewsThreshold?

    private static let stamp = FieldPath("DATE_UPDATED_UTC")

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
        var position = -1
        var before: RawRecord?
        for event in events {
            let title = "\(name) #\(event.sequence ?? 0)"
            let bytes = event.record.map { Array($0.bytes) } ?? []
            guard let found = states.indices.first(where: { $0 > position && states[$0].document.json == bytes }) else {
                faults.append("\(title): its record is no state that came after the last one")
                continue
            }
            position = found
            let record = try RawRecord.read(bytes)
            judge(event, title, from: before, to: record)
            before = record
        }
    }

    private mutating func judge(_ event: ReceivedEvent, _ title: String, from before: RawRecord?, to record: RawRecord)
    {
        let told = event.changes?.map { FieldChange(path: $0.path, from: $0.from, to: $0.to) }
        if event.type.hasSuffix(".created") {
            if before != nil { faults.append("\(title): created twice") }
            if told != nil { faults.append("\(title): a creation has changes") }
        } else if let before {
            let expected = RecordDiff.changes(from: before, to: record, updatedDate: Self.stamp)
            if told ?? [] != expected { faults.append("\(title): its changes do not lead from the last event") }
            if expected.isEmpty { faults.append("\(title): tells of no change") }
        }
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
        let left = RecordDiff.changes(
            from: try RawRecord.read(known), to: try RawRecord.read(last.document.json), updatedDate: Self.stamp)
        if !left.isEmpty {
            let fields = left.map(\.path).joined(separator: " ")
            faults.append("\(object.resource)/\(id): the last change was not told: \(fields) at \(last.at.iso8601)")
        }
    }
}
