// Members of records that are asked for of each of them, found while their page was read.

/// Where in a page these members of its records stand.
final class NotedMembers: Sendable {
    /// One record's part of the table.
    struct Row: Sendable {
        let table: NotedMembers
        let row: Int
    }

    /// What is known of a member without looking for it.
    enum Place {
        case at(Range<Int>)
        case absent
        case unknown
    }

    private let body: [UInt8]
    private let names: [String]
    /// For each record one after the other, and each name.
    private let starts: [UInt32]

    init(of body: [UInt8], names: [String], starts: [UInt32]) {
        self.body = body
        self.names = names
        self.starts = starts
    }

    fileprivate func value(of name: String, row: Int) -> Place {
        guard let column = names.firstIndex(of: name) else { return .unknown }
        switch starts[row * names.count + column] {
        case RecordOutline.absent: return .absent
        case RecordOutline.unknown: return .unknown
        case let start:
            return body.withUnsafeBufferPointer { buffer in
                var walk = JSONWalk(buffer, from: Int(start))
                return walk.nextMember().map { .at($0.value) } ?? .unknown
            }
        }
    }
}

extension NotedMembers.Row {
    func value(of name: String) -> NotedMembers.Place { table.value(of: name, row: row) }
}
