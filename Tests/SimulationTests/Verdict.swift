// What a life has to satisfy once it is quiet: what the receiver holds is what the world did.

import ChangeFeed
import Simulator
import WebhookReceiver

/// Compares a life's receiver with its world.
struct Verdict {
    /// Broken promises, in words; empty for a good life.
    private(set) var faults: [String] = []

    private static let stamp = FieldPath("DATE_UPDATED_UTC")

    init(_ life: SimulatedLife) throws {
        faults = life.receiver.complaints
        let bySequence = life.receiver.taken.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
        for (index, event) in bySequence.enumerated() where event.sequence != index + 1 {
            faults.append("#\(event.sequence ?? 0) stands where #\(index + 1) should")
        }
        let histories = Dictionary(grouping: bySequence, by: \.recordName)
        for (name, events) in histories { try judge(name, events, in: life) }
        for object in SimulatedObject.allCases {
            for id in life.world.ids(of: object) {
                let name = "\(object.resource)/\(id)"
                try judgeFinalState(object, id, announced: histories[name]?.last, in: life)
            }
        }
        judgeRequests(life.world.requests, rate: life.scenario.requestsPerSecond)
    }

    /// Each event is a state the record really had, each later than the one before, and each diff leads from that one.
    private mutating func judge(_ name: String, _ events: [ReceivedEvent], in life: SimulatedLife) throws {
        guard let first = events.first, let object = SimulatedObject(named: first.resource),
            let id = Int64(first.recordID)
        else {
            faults.append("\(name) is none of the world")
            return
        }
        let states = life.world.history(of: object, id)
        var position = -1
        var before: RawRecord?
        for event in events {
            let bytes = event.record.map { Array($0.bytes) } ?? []
            let isFirst = before == nil
            guard let found = states.indices.first(where: { $0 > position && states[$0].document.json == bytes }) else {
                faults.append("\(name) #\(event.sequence ?? 0): its record is no state that came after the last one")
                continue
            }
            position = found
            let record = try RawRecord.read(bytes)
            if event.type.hasSuffix(".created") {
                if !isFirst { faults.append("\(name) was created twice") }
                if event.changes != nil { faults.append("\(name): a creation has changes") }
            } else if let before {
                let expected = RecordDiff.changes(from: before, to: record, updatedDate: Self.stamp)
                let told = event.changes?.map { FieldChange(path: $0.path, from: $0.from, to: $0.to) }
                if told ?? [] != expected || expected.isEmpty {
                    faults.append("\(name) #\(event.sequence ?? 0): its changes do not lead from the last event")
                }
            }
            before = record
        }
    }

    /// The last event holds what the record says now; a record without an event has not changed since the beginning.
    private mutating func judgeFinalState(
        _ object: SimulatedObject, _ id: Int64, announced: ReceivedEvent?, in life: SimulatedLife
    ) throws {
        let states = life.world.history(of: object, id)
        guard let last = states.last else { return }
        let final = try RawRecord.read(last.document.json)
        let known: [UInt8]
        if let announced {
            known = announced.record.map { Array($0.bytes) } ?? []
        } else if case .since(let threshold)? = try life.newsThreshold(of: object),
            let learned = states.last(where: { $0.stamp < threshold })
        {
            known = learned.document.json
        } else {
            faults.append("\(object.resource)/\(id) was never announced")
            return
        }
        let left = RecordDiff.changes(from: try RawRecord.read(known), to: final, updatedDate: Self.stamp)
        if !left.isEmpty {
            faults.append("\(object.resource)/\(id): the last change was not told: \(left.map(\.path)) at \(last.at.iso8601)")
        }
    }

    private mutating func judgeRequests(_ requests: RequestLog, rate: Double) {
        if Double(requests.highestCount()) > rate {
            faults.append("\(requests.highestCount()) requests arrived in one second")
        }
        if requests.highestInFlight > 8 { faults.append("\(requests.highestInFlight) requests in flight") }
    }
}
