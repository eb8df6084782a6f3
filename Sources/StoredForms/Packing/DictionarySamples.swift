// What a dictionary is trained by, and what it is tried on.

import ChangeFeed

/// Records of a resource, and events as they are made of them: what one dictionary has to serve.
package struct DictionarySamples {
    package let toTrainBy: [[UInt8]]
    /// Records that are not among those.
    private let toTryOn: [ArraySlice<UInt8>]

    /// Of each record but every fifth; every fourth of these as an event as well, which makes events a third smaller and
    /// records no larger.
    package init(_ records: [SeenRecord], plan: ResourcePlan) {
        let records = records.enumerated()
        toTryOn = records.filter { $0.offset % 5 == 4 }.map(\.element.record.bytes)
        toTrainBy = records.filter { $0.offset % 5 != 4 }.flatMap { index, seen in
            let event = index % 4 == 0 ? [Self.event(of: seen, number: index, plan: plan)] : []
            return ([Array(seen.record.bytes)] + event).map { Array($0.prefix(Limits.sampleBytes)) }
        }
    }

    private static func event(of seen: SeenRecord, number: Int, plan: ResourcePlan) -> [UInt8] {
        let at = plan.stamp(of: seen.record) ?? .distantPast
        let change = Change(kind: .updated, recordID: seen.id, record: seen.record, changedAt: at, changes: nil)
        let id = EventID.make(
            account: "", resource: plan.name, record: seen.id, version: number, content: seen.record.bytes,
            kind: change.kind)
        return EventBody.standard(
            id: id, typeName: plan.typeName, change: change, sequence: number, resource: plan.name, detectedAt: at)
    }

    /// How large the records are that it is tried on, what remains of them by the dictionary, and by another.
    package func tried(
        on dictionary: PackingDictionary, and other: PackingDictionary?, _ packing: Packing
    ) -> (plain: Int, packed: Int, before: Int) {
        func packed(by dictionary: PackingDictionary?) -> Int {
            toTryOn.reduce(0) { sum, record in sum + record.withUnsafeBytes { packing.pack($0, by: dictionary).count } }
        }
        // One dictionary after the other: zstd takes some time to turn to another.
        return (toTryOn.reduce(0) { $0 + $1.count }, packed(by: dictionary), packed(by: other))
    }
}
