// What a receiver reads out of a body of format `standard`.

import ChangeFeed

/// One event as its receiver sees it. Values stay the bytes they came in.
package struct ReceivedEvent: Sendable {
    /// One field that changed; `from` is nil for a field that was added, `to` for one that was removed.
    package struct Change: Sendable {
        package let path: String
        package let from: RawJSON?
        package let to: RawJSON?
    }

    package let id: String
    package let type: String
    /// The event's number in the daemon's log.
    package let sequence: Int?
    package let resource: String
    package let recordID: String
    package let detectedAt: Instant?
    package let record: RawJSON?
    /// Nil for created, deleted, and where the earlier state was unknown.
    package let changes: [Change]?
    package let isRestored: Bool

    /// The record as one name for its events to be grouped by.
    package var recordName: String { "\(resource)/\(recordID)" }

    /// Nil for a body that is not of format `standard`.
    package init?(body: [UInt8]) {
        guard let json = try? RawJSON.read(body), let data = json.member("data"),
            let id = json.member("id")?.decodedString, let type = json.member("type")?.decodedString,
            let resource = data.member("resource")?.decodedString, let recordID = data.member("id")?.decodedString
        else { return nil }
        self.id = id
        self.type = type
        self.resource = resource
        self.recordID = recordID
        sequence = data.member("sequence").flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) }
        detectedAt = data.member("detected_at")?.decodedString.flatMap { DatePattern.parseISO8601($0) }
        record = data.member("record")
        isRestored = data.member("restored").map { $0.bytes.elementsEqual("true".utf8) } ?? false
        changes = data.member("changes")?.elements.map { elements in
            elements.compactMap { element in
                guard let path = element.member("path")?.decodedString else { return nil }
                return Change(path: path, from: element.member("from"), to: element.member("to"))
            }
        }
    }
}
