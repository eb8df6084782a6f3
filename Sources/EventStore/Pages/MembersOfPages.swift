// Which members of a resource pages tell at all: a GET by id tells more.

import ChangeFeed

/// Some records as pages showed them.
struct MembersOfPages {
    private var records: [RawRecord]

    /// - Parameter contents: what cannot be read tells nothing.
    init(_ contents: [[UInt8]]) {
        records = contents.compactMap { try? RawRecord.read($0) }
    }

    mutating func add(_ record: RawRecord) { records.append(record) }

    func tell(_ member: String) -> Bool {
        let path = FieldPath(member)
        return records.contains { $0.value(at: path).map { !$0.isEmpty } ?? false }
    }
}
