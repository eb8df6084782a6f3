// The counted paths of the pure middle: a page is read, records are compared, bodies are signed.

import ChangeFeed

/// A page of 500 contacts becomes records with ids, dates and fingerprints.
struct ReadingAPage: HotPath {
    private let page = Contacts.page(of: 500)
    private let names = ["CONTACT_ID", "DATE_UPDATED_UTC", "DATE_CREATED_UTC"]

    func walk() throws -> Int {
        let records = try RecordPage.read(page, noting: names).records
        return records.compactMap { SeenRecord($0, idField: FieldPath(names[0])) }.count { seen in
            Contacts.plan.stamp(of: seen.record) != nil
        }
    }
}

/// Each of 100 contacts is compared with the next one: all their fields have other values.
struct Diffing: HotPath {
    private let records: [RawRecord]

    init() throws {
        records = try RecordPage.read(Contacts.page(of: 101)).records
    }

    func walk() -> Int {
        zip(records, records.dropFirst()).reduce(0) { $0 + RecordDiff.changes(from: $1.0, to: $1.1).count }
    }
}

/// 100 events of contacts are signed by one key.
struct Signing: HotPath {
    private let bodies: [[UInt8]]
    private let key = SigningKey(bytes: Array(0..<32))

    init() throws {
        bodies = try RecordPage.read(Contacts.page(of: 100)).records.map { Array($0.bytes) }
    }

    func walk() -> Int {
        bodies.reduce(0) { count, body in
            count
                + WebhookSignature.header(
                    id: "evt_01HZX3V7Q2", timestamp: 1_790_000_000, body: body, keys: [key]
                ).utf8.count
        }
    }
}
