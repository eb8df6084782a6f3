// A record as bytes, written once per change and sent from then on.

/// The JSON of a record, and where in it the collections stand, which a brief answer leaves out.
package struct RecordDocument: Sendable, Equatable, CustomStringConvertible {
    package let json: [UInt8]
    /// From the comma before the first collection up to the end of the last one.
    let collections: Range<Int>
    /// From the comma before the members that only a GET by id shows in full; the end where there are none.
    private let onlyByID: Range<Int>
    /// Those members as a GET shows them.
    private let inFull: [UInt8]

    /// The names of the members that only a GET by id shows in full.
    package static let namesOnlyByID = ["BODY", "EMAILLINKS"]

    /// The record as a GET by its id shows it.
    package var byID: [UInt8] {
        inFull.isEmpty ? json : Array(json[..<onlyByID.lowerBound]) + inFull + Array(json[onlyByID.upperBound...])
    }

    /// Whether this is the record in one of the forms in which it is shown.
    package func isShown(as bytes: [UInt8]) -> Bool { json == bytes || (!inFull.isEmpty && byID == bytes) }

    package var description: String { String(decoding: json, as: UTF8.self) }
}

extension RecordDocument {
    init(_ record: RecordContent, display: Display) {
        let shape = record.object.shape
        var writer = RecordWriter(record: record, display: display)
        writer.fields(0..<shape.leadingCount)
        let start = writer.length
        for collection in shape.collections { writer.collection(collection) }
        let end = writer.length
        writer.fields(shape.leadingCount..<shape.fields.count)
        let tail = writer.length
        switch display.onlyByID {
        case .alike, .absent: break
        case .null: for name in Self.namesOnlyByID { writer.member(name, "null") }
        case .empty: for (name, empty) in zip(Self.namesOnlyByID, ["\"\"", "[]"]) { writer.member(name, empty) }
        }
        let onlyByID = tail..<writer.length
        let body = "About \(record.id)."
        self.init(
            json: writer.finished(), collections: start..<end, onlyByID: onlyByID,
            inFull: display.onlyByID == .alike
                ? [] : Array(",\"BODY\":\"\(body)\",\"EMAILLINKS\":[{\"EMAIL_LINK_ID\":\(record.id)}]".utf8))
    }
}

private struct RecordWriter {
    let record: RecordContent
    let display: Display
    private var json: JSONWriter
    private var separator: StaticString = "{"

    init(record: RecordContent, display: Display) {
        self.record = record
        self.display = display
        json = JSONWriter(escapesNonASCII: display.escapesNonASCII, capacity: 2048)
    }

    var length: Int { json.bytes.count }

    mutating func finished() -> [UInt8] {
        json.raw("}")
        return json.bytes
    }

    mutating func fields(_ range: Range<Int>) {
        for position in range {
            let field = record.object.shape.fields[position]
            if case .visibility = field.content, !display.showsVisibility { continue }
            begin(field.key)
            switch field.content {
            case .id: json.integer(record.id)
            case .created: json.string(WireTime.text(display.shown(record.created)))
            case .updated: json.string(WireTime.text(display.shown(record.stamp)))
            default: json.value(record.values[position])
            }
        }
    }

    private mutating func begin(_ key: [UInt8]) {
        json.raw(separator)
        json.raw(key)
        separator = ","
    }

    mutating func member(_ name: String, _ value: String) {
        begin(Array("\"\(name)\":\(value)".utf8))
    }

    mutating func collection(_ collection: SubCollection) {
        begin(Array("\"\(collection.rawValue)\":".utf8))
        switch collection {
        case .customFields: array(record.customFields) { $0.customField($1) }
        case .tags: array(record.tags) { $0.tag($1) }
        case .dates: array(record.dates) { $0.occasion($1) }
        case .emailDomains: array(record.emailDomains) { $0.emailDomain($1) }
        case .links: array(record.links) { $0.link($1) }
        }
    }

    private mutating func array<Element>(_ elements: [Element], write: (inout RecordWriter, Element) -> Void) {
        json.raw("[")
        var isFirst = true
        for element in elements {
            if !isFirst { json.raw(",") }
            isFirst = false
            write(&self, element)
        }
        json.raw("]")
    }

    private mutating func customField(_ field: RecordContent.CustomField) {
        json.raw(#"{"FIELD_NAME":"#)
        json.string(field.name)
        json.raw(#","FIELD_VALUE":"#)
        json.value(field.value)
        json.raw(#","CUSTOM_FIELD_ID":"#)
        json.string(field.name)
        json.raw("}")
    }

    private mutating func tag(_ name: String) {
        json.raw(#"{"TAG_NAME":"#)
        json.string(name)
        json.raw("}")
    }

    private mutating func occasion(_ occasion: RecordContent.Occasion) {
        json.raw(#"{"DATE_ID":"#)
        json.integer(occasion.id)
        json.raw(#","OCCASION_NAME":"#)
        json.string(occasion.name)
        json.raw(#","OCCASION_DATE":"#)
        json.string(occasion.date)
        json.raw(#","REPEAT_YEARLY":true,"CREATE_TASK_YEARLY":false}"#)
    }

    private mutating func emailDomain(_ domain: RecordContent.EmailDomain) {
        json.raw(#"{"EMAIL_DOMAIN_ID":"#)
        json.integer(domain.id)
        json.raw(#","EMAIL_DOMAIN":"#)
        json.string(domain.domain)
        json.raw("}")
    }

    private mutating func link(_ link: RecordContent.Link) {
        json.raw(#"{"LINK_ID":"#)
        json.integer(link.id)
        json.raw(#","OBJECT_NAME":"#)
        json.string(record.object.singular)
        json.raw(#","OBJECT_ID":"#)
        json.integer(record.id)
        json.raw(#","LINK_OBJECT_NAME":"#)
        json.string(link.target.singular)
        json.raw(#","LINK_OBJECT_ID":"#)
        json.integer(link.targetID)
        json.raw(#","ROLE":"#)
        json.value(link.role.map(FieldValue.text) ?? .null)
        json.raw(#","DETAILS":null,"RELATIONSHIP_ID":null,"IS_FORWARD":null}"#)
    }
}
