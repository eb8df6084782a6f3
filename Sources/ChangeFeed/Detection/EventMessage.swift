// An event's stored body, read again: for other formats, for filters, and for what takes its place.

/// The parts of a body of format `standard`, each in the bytes it is stored in.
package struct EventMessage: Sendable {
    package let id: String
    /// `contact.updated`
    package let type: String
    /// When the record changed, ISO 8601.
    package let timestamp: String
    package let data: RawJSON
    package let sequence: Int
    package let resource: ResourceName
    package let detectedAt: Instant
    /// What the configuration calls the account; nil where it names none.
    package let account: String?
    package let change: Change

    /// `contact`
    package var typeName: String { String(type.dropLast(change.kind.rawValue.count + 1)) }

    /// Nil where the store's file was damaged.
    package init?(body: [UInt8]) {
        guard let json = try? RawJSON.read(body), let data = json.member("data"),
            let id = json.member("id")?.decodedString,
            let type = json.member("type")?.decodedString, let timestamp = json.member("timestamp")?.decodedString,
            let sequence = data.member("sequence").flatMap({ Int(String(decoding: $0.bytes, as: UTF8.self)) }),
            let resource = data.member("resource")?.decodedString,
            let detectedAt = data.member("detected_at")?.decodedString.flatMap({ DatePattern.parseISO8601($0) }),
            let kind = type.split(separator: ".").last.flatMap({ ChangeKind(rawValue: String($0)) }),
            let recordID = data.member("id")?.decodedString,
            let record = data.member("record").flatMap({ try? RawRecord.read(Array($0.bytes)) })
        else { return nil }
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.data = data
        self.sequence = sequence
        self.resource = ResourceName(resource)
        self.detectedAt = detectedAt
        account = data.member("account")?.decodedString
        change = Change(
            kind: kind, recordID: RecordID(recordID), record: record,
            changedAt: kind == .deleted ? nil : DatePattern.parseISO8601(timestamp),
            changes: data.member("changes")?.elements?.compactMap(FieldChange.init),
            restored: data.member("restored") != nil)
    }
}

extension FieldChange {
    fileprivate init?(_ entry: RawJSON) {
        guard let path = entry.member("path")?.decodedString else { return nil }
        self.init(path: path, from: entry.member("from"), to: entry.member("to"))
    }
}
