// What a receiver reads out of a body, whatever its format.

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
    /// What the daemon calls the account; nil where its configuration names none, and in the vendor's format.
    package let account: String?
    /// The event's number in the account's log.
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

    /// Nil for a body that is of none of the formats. CloudEvents have the members of format `standard` that are read here.
    package init?(body: [UInt8]) {
        guard let json = try? RawJSON.read(body) else { return nil }
        if let message = json.member("message") {
            self.init(elements: message)
        } else {
            self.init(json)
        }
    }

    private init?(_ json: RawJSON) {
        guard let data = json.member("data"), let id = json.member("id")?.decodedString,
            let type = json.member("type")?.decodedString,
            let resource = data.member("resource")?.decodedString, let recordID = data.member("id")?.decodedString
        else { return nil }
        self.id = id
        self.type = type
        self.resource = resource
        self.recordID = recordID
        account = data.member("account")?.decodedString
        sequence = data.member("sequence").flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) }
        detectedAt = data.member("detected_at")?.decodedString.flatMap { DatePattern.parseISO8601($0) }
        record = data.member("record")
        isRestored = data.member("restored").map { $0.bytes.elementsEqual("true".utf8) } ?? false
        changes = Self.changes(data)
    }

    /// The vendor's integration platform has no place for the order of events, and gives their kinds other names.
    private init?(elements message: RawJSON) {
        guard let id = message.member("eventId")?.decodedString, let event = message.member("events")?.elements?.first,
            let resource = event.member("objectType")?.decodedString,
            let recordID = event.member("objectId")?.decodedString, let kind = event.member("eventType")?.decodedString
        else { return nil }
        self.id = id
        self.type = "\(resource).\(kind.lowercased())"
        self.resource = resource
        self.recordID = recordID
        account = nil
        sequence = event.member("sequence").flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) }
        detectedAt = event.member("pollDate")?.decodedString.flatMap { DatePattern.parseISO8601($0) }
        record = message.member("raw")?.member(resource)?.elements?.first
        isRestored = false
        changes = Self.changes(event)
    }

    private static func changes(_ event: RawJSON) -> [Change]? {
        event.member("changes")?.elements.map { elements in
            elements.compactMap { element in
                guard let path = element.member("path")?.decodedString else { return nil }
                return Change(path: path, from: element.member("from"), to: element.member("to"))
            }
        }
    }
}
