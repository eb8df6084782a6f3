// What is old, as the store in memory knows it and lets it go.

import ChangeFeed
import EventStore

extension MemoryTransaction {
    func settledDeliveries(before horizon: Instant, limit: Int) throws -> [SettledDelivery] {
        let settled = tables.deliveries.compactMap { id, delivery -> (at: Instant, SettledDelivery)? in
            guard [.delivered, .replayed].contains(delivery.state), let at = delivery.settledAt, at < horizon
            else { return nil }
            return (at, SettledDelivery(id: id, event: delivery.write.eventSequence))
        }
        return settled.sorted { ($0.at, $0.1.id) < ($1.at, $1.1.id) }.prefix(limit).map(\.1)
    }

    func unsent(among events: [Int]) throws -> [Int] {
        let sent = Set(tables.deliveries.values.map(\.write.eventSequence))
        return events.filter { tables.events[$0] != nil && !sent.contains($0) }
    }

    func unsentEvents(detectedBefore horizon: Instant, limit: Int) throws -> [Int] {
        let old = tables.events.filter { $0.value.write.detectedAt < horizon }
        let inOrder = old.sorted { ($0.value.write.detectedAt, $0.key) < ($1.value.write.detectedAt, $1.key) }
        return Array(try unsent(among: inOrder.map(\.key)).prefix(limit))
    }

    func sweepMarks() throws -> [SweepMarks] {
        tables.resources.sorted { $0.key < $1.key }.compactMap { id, resource in
            let marked = resource.swept.filter { !$0.value.isEmpty }.keys.sorted()
            guard !marked.isEmpty else { return nil }
            let presence = resource.progress?.presence
            return SweepMarks(
                resource: id, marked: marked, last: presence?.sweeps ?? 0, isUnderWay: presence?.walk != nil)
        }
    }

    func swept(by sweep: Int, of resource: Int64, limit: Int) throws -> [RecordID] {
        Array((tables.resources[resource]?.swept[sweep] ?? []).sorted().prefix(limit))
    }

    func resourcesSetAside(before horizon: Instant) throws -> [Int64] {
        tables.resources.filter { $0.value.setAsideAt.map { $0 < horizon } ?? false && $0.value.rows > 0 }.keys.sorted()
    }

    func rowsKept(of resource: Int64, limit: Int) throws -> Int { min(limit, tables.resources[resource]?.rows ?? 0) }

    func carryOutOfPruning(_ operation: StoreOperation) throws {
        switch operation {
        case .dropEvents(let sequences): for sequence in sequences { tables.events[sequence] = nil }
        case .forgetSwept(let ids, let resource, let sweep):
            tables.resources[resource]?.swept[sweep]?.subtract(ids)
        case .forgetSource(let resource): tables.resources[resource]?.source = nil
        case .forgetRows(let resource, let limit): tables.resources[resource]?.forget(rows: limit)
        default: try carryOutOfMoving(operation)
        }
    }
}

extension MemoryTables.Resource {
    fileprivate var rows: Int {
        records.count + unstamped.count + swept.values.reduce(0) { $0 + $1.count } + verdicts.count + found.count
    }

    fileprivate mutating func forget(rows limit: Int) {
        var left = limit
        func first<Element>(of elements: some Collection<Element>) -> [Element] {
            let part = Array(elements.prefix(left))
            left -= part.count
            return part
        }
        for id in first(of: records.keys.sorted()) { records[id] = nil }
        for id in first(of: unstamped.keys.sorted()) { unstamped[id] = nil }
        for sweep in swept.keys.sorted() {
            let gone = first(of: swept[sweep] ?? [])
            swept[sweep]?.subtract(gone)
        }
        let ended = first(of: verdicts)
        verdicts.removeFirst(ended.count)
        let gone = first(of: found)
        found.subtract(gone)
    }
}
