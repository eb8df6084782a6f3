// Packing what a transaction writes of one resource, and finding it a dictionary where one is due.

import ChangeFeed
import EventStore
import Foundation

/// Of one resource, for one transaction.
package final class RecordPacking {
    private let shelf: any DictionaryShelf
    private let packing: Packing
    private let plan: ResourcePlan
    private let resource: Int64
    /// What is about to be written.
    private let writes: [RecordWrite]
    private lazy var fresh = writes.compactMap(\.content)
    private lazy var dictionary = Result { try choose() }

    package init(
        on shelf: any DictionaryShelf, _ packing: Packing, plan: ResourcePlan, resource: Int64,
        fresh: [RecordWrite] = []
    ) {
        self.shelf = shelf
        self.packing = packing
        self.plan = plan
        self.resource = resource
        writes = fresh
    }

    /// The content of a known record as it is to be stored.
    package func content(_ record: RawRecord) throws -> Data {
        var stored = Data()
        try withContent(record) { stored = Data($0) }
        return stored
    }

    /// The same, where it stands for as long as `body` runs.
    package func withContent(_ record: RawRecord, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try withPacked(record.bytes) { stored in
            packing.took(plain: record.bytes.count, packed: stored.count, of: resource)
            try body(stored)
        }
    }

    package func pack(_ bytes: ArraySlice<UInt8>) throws -> Data {
        var stored = Data()
        try withPacked(bytes) { stored = Data($0) }
        return stored
    }

    package func withPacked(_ bytes: ArraySlice<UInt8>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let dictionary = try dictionary.get()
        try bytes.withUnsafeBytes { try packing.withPacked($0, by: dictionary, body) }
    }

    /// What was in use, unless a better one is found, or it is gone from the store.
    private func choose() throws -> PackingDictionary? {
        var inUse = packing.dictionary(of: resource)
        if let number = inUse?.number, try !shelf.hasDictionary(number) {
            packing.dismiss(number, of: resource)
            inUse = nil
        }
        guard packing.isTrainingDue(of: resource), try hasEnoughToTrainBy() else { return inUse }
        return try train(insteadOf: inUse) ?? inUse
    }

    private func hasEnoughToTrainBy() throws -> Bool {
        let least = Limits.leastRecordsToTrainBy
        guard fresh.count < least else { return true }
        return try fresh.count + shelf.knownRecords(of: resource, limit: least) >= least
    }

    /// - Returns: nil where none was found that is clearly better than what is in use.
    private func train(insteadOf inUse: PackingDictionary?) throws -> PackingDictionary? {
        let samples = DictionarySamples(try recordsToTrainBy(), plan: plan)
        guard let bytes = PackingDictionary.trained(by: samples.toTrainBy),
            let candidate = PackingDictionary(number: 0, bytes: bytes),
            case let (plain, packed, before) = samples.tried(on: candidate, and: inUse, packing),
            DictionaryFitness.isWorthwhile(packed, insteadOf: before),
            case let promised = Double(packed) / Double(plain),
            let dictionary = try shelf.store(dictionary: bytes, of: resource, promising: promised)
        else {
            packing.foundNoDictionary(of: resource)
            return nil
        }
        packing.learn(dictionary)
        // Only what is stored for good may be used by other transactions.
        shelf.whenKept { [packing, resource] in
            packing.use(dictionary, of: resource, promising: promised)
        }
        return dictionary
    }

    /// Those that are about to be written, and those with the highest ids, which are the newest; of large ones fewer.
    private func recordsToTrainBy() throws -> [SeenRecord] {
        var records = fresh.suffix(Limits.recordsToTrainBy).compactMap { SeenRecord($0, idField: plan.idField) }
        let isFresh = Set(records.map(\.id))
        var bytes = records.reduce(0) { $0 + $1.record.bytes.count }
        let isEnough = { records.count >= Limits.recordsToTrainBy || bytes >= Limits.bytesToTrainBy }
        guard !isEnough() else { return records }
        try shelf.newestContents(of: resource, limit: 2 * Limits.recordsToTrainBy) { content in
            guard let record = try? RawRecord.read(content), let seen = SeenRecord(record, idField: plan.idField),
                !isFresh.contains(seen.id)
            else { return true }
            records.append(seen)
            bytes += record.bytes.count
            return !isEnough()
        }
        return records
    }
}
