// One record as the API returned it.

/// A JSON object, exactly as received; its fields are looked up when asked for.
package struct RawRecord: Sendable, Hashable {
    package let json: RawJSON
    /// Of a page that was read for it.
    private let noted: NotedMembers.Row?

    /// `json` is an object, and `noted` of the text that it is a slice of.
    init(_ json: RawJSON, noted: NotedMembers.Row? = nil) {
        self.json = json
        self.noted = noted
    }

    package static func == (left: RawRecord, right: RawRecord) -> Bool { left.json == right.json }

    package func hash(into hasher: inout Hasher) { hasher.combine(json) }

    /// A record that was kept: a text that holds one object.
    package static func read(_ text: [UInt8]) throws(JSONProblem) -> RawRecord {
        let json = try RawJSON.read(text)
        guard json.kind == .object else { throw JSONProblem(.notARecord(found: json.kind), at: json.bytes.startIndex) }
        return RawRecord(json)
    }

    /// The bytes as received, from brace to brace.
    package var bytes: ArraySlice<UInt8> { json.bytes }

    package func value(at path: FieldPath) -> RawJSON? {
        var value = member(path.members[0])
        for name in path.members.dropFirst() { value = value?.member(name) }
        return value
    }

    private func member(_ name: String) -> RawJSON? {
        switch noted?.value(of: name) {
        case .at(let range): RawJSON(accepted: json.within(range))
        case .absent: nil
        case .unknown, nil: json.member(name)
        }
    }

    /// The record's id, a number or a string that is not empty. A number is taken digit by digit, so that no id loses
    /// precision; a whole number written with a fraction is the id without it.
    package func id(at path: FieldPath) -> RecordID? {
        guard let name = value(at: path)?.asName, !name.bytes.isEmpty else { return nil }
        return RecordID(utf8: name.bytes)
    }

    /// The date in this field; nil where the field is absent, null, empty, or not written as the pattern says.
    ///
    /// `0000-00-00 00:00:00`, against which clients of the API in production guard, is no date either: no pattern has
    /// a month 0.
    package func instant(of field: DateField) -> Instant? {
        guard let value = value(at: field.path) else { return nil }
        switch value.kind {
        case .number:
            guard field.pattern.pattern == "milliseconds" else {
                return field.pattern.parse(String(decoding: value.bytes, as: UTF8.self))
            }
            return JSONNumber(value.bytes)?.scaled(byPowerOfTen: 3).flatMap(Instant.init(calculable:))
        case .string:
            return value.unescapedString.flatMap { field.pattern.parse(utf8: $0) }
        case .object, .array, .boolean, .null:
            return nil
        }
    }
}
