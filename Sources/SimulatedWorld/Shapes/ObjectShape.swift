// What the records of one object look like: which fields in which order, and what they are filled with.

/// One object's fields in the order of the wire: `fields`, then `collections`, then `trailing`.
struct ObjectShape: Sendable {
    /// All fields that are not collections: those before the collections, then those behind.
    let fields: [FieldShape]
    /// How many of `fields` stand before the collections.
    let leadingCount: Int
    let collections: [SubCollection]
    let customFields: [CustomFieldShape]
    private let positions: [String: Int]

    init(
        _ leading: KeyValuePairs<String, FieldContent>, collections: [SubCollection],
        trailing: KeyValuePairs<String, FieldContent> = [:], customFields: [CustomFieldShape]
    ) {
        fields = (Array(leading) + Array(trailing)).map { FieldShape(name: $0.key, content: $0.value) }
        leadingCount = leading.count
        self.collections = collections
        self.customFields = customFields
        positions = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    }

    /// Where the field stands in `fields`, or nil where the object has no such field.
    func position(of name: String) -> Int? { positions[name] }

    /// The names in the order of the wire, collections included.
    var wireNames: [String] {
        fields[..<leadingCount].map(\.name) + collections.map(\.rawValue) + fields[leadingCount...].map(\.name)
    }
}

struct FieldShape: Sendable {
    let name: String
    let content: FieldContent
    /// `"LAST_NAME":`, so that writing a record does not escape names again and again.
    let key: [UInt8]

    init(name: String, content: FieldContent) {
        self.name = name
        self.content = content
        key = Array("\"\(name)\":".utf8)
    }
}

/// What a field holds.
enum FieldContent: Sendable, Equatable {
    case id
    case created
    case updated
    /// `VISIBLE_TO` and `VISIBLE_TEAM_ID`, which some instances do not show.
    case visibility(FieldValue)
    /// The same in every new record; only a change of its own, such as converting a lead, alters it.
    case always(FieldValue)
    /// Drawn when the record is created and never edited.
    case once(Topic)
    /// Drawn for this percentage of new records, null in the others, and open to the editor.
    case drawn(Topic, percent: Int)
    /// `LAST_ACTIVITY_DATE_UTC` and the like: moved by what happens beside the record.
    case activity(percent: Int)
    /// The id of an existing organisation, for this percentage of new records.
    case organisation(percent: Int)
    /// The address that files mail under the record; the letter says of which object.
    case mailbox(String)
}

/// The members of a record that are lists of things with keys of their own.
package enum SubCollection: String, Sendable, CaseIterable, Hashable {
    case customFields = "CUSTOMFIELDS"
    case tags = "TAGS"
    case dates = "DATES"
    case emailDomains = "EMAILDOMAINS"
    case links = "LINKS"
}

struct CustomFieldShape: Sendable, Equatable {
    let name: String
    let content: CustomFieldContent

    init(_ name: String, _ content: CustomFieldContent) {
        self.name = name
        self.content = content
    }
}

/// The types of custom field that instances have been seen to use, under the service's own names where they have one.
enum CustomFieldContent: Sendable, Equatable {
    case text(Topic)
    case dropdown([String])
    /// Several of these, joined by `;` in one string.
    case multiselect([String])
    case bit
    case date
    case dateTime
    /// Whole, or with this many decimals, trailing zeros shown: `4601.0`.
    case numeric(below: Int, decimals: Int)
    case percent
    /// Given by the service when the record is created, never edited.
    case autonumber(prefix: String)
}
