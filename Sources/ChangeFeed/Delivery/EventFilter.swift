// Which events an endpoint gets.

/// The events that pass each of three tests; a test that is left empty is passed by all.
package struct EventFilter: Sendable, Equatable {
    package var types: [EventTypePattern]
    package var resources: Set<ResourceName>
    package var fields: [FieldCondition]

    package init(types: [EventTypePattern] = [], resources: Set<ResourceName> = [], fields: [FieldCondition] = []) {
        self.types = types
        self.resources = resources
        self.fields = fields
    }

    package static let all = EventFilter()

    /// - Parameter type: `contact.updated`
    package func admits(_ change: Change, type: String, resource: ResourceName) -> Bool {
        mayAdmit(type: type, resource: resource) && admitsFields(of: change)
    }

    /// As far as that can be told without the change.
    package func mayAdmit(type: String, resource: ResourceName) -> Bool {
        (resources.isEmpty || resources.contains(resource)) && (types.isEmpty || types.contains { $0.matches(type) })
    }

    /// A change that takes a record out of what is asked for is told as well: it is the last that the receiver hears of it,
    /// and without it would keep for ever what is no longer so.
    private func admitsFields(of change: Change) -> Bool {
        if fields.isEmpty { return true }
        if fields.allSatisfy({ $0.holds(for: $0.value(in: change.record)) }) { return true }
        guard let changes = change.changes else { return false }
        return fields.allSatisfy { $0.holds(for: $0.value(before: changes, in: change.record)) }
    }
}

/// `contact.*`, `*.deleted`, `lead.created`: a type of events, in which a star stands for one of the two words.
package struct EventTypePattern: Sendable, Hashable {
    package let text: String
    private let object: Substring
    private let kind: Substring

    /// Nil where it can match no type. `*` alone is every type.
    package init?(_ text: String) {
        self.text = text
        if text == "*" {
            (object, kind) = ("*", "*")
            return
        }
        // Names of custom resources may hold dots; the word after the last one is the kind.
        guard let dot = text.lastIndex(of: ".") else { return nil }
        object = text[..<dot]
        kind = text[text.index(after: dot)...]
        guard !object.isEmpty, kind == "*" || ChangeKind(rawValue: String(kind)) != nil else { return nil }
    }

    package func matches(_ type: String) -> Bool {
        guard let dot = type.lastIndex(of: ".") else { return false }
        return (object == "*" || object == type[..<dot]) && (kind == "*" || kind == type[type.index(after: dot)...])
    }

    /// Whether it can match events of this object name.
    package func concerns(typeName: String) -> Bool { object == "*" || object == typeName }
}

/// A field that has one of these values.
package struct FieldCondition: Sendable, Equatable {
    /// As in an event's `changes`: `/LEAD_STATUS_ID`, `/CUSTOMFIELDS/Region__c`.
    package let pointer: String
    private let field: JSONName
    private let key: JSONName?
    /// Compared by value: `3` is `3.0`. A field that is absent is like one that is null.
    package let values: [RawJSON]

    /// Takes a field name or a JSON Pointer of one or two names; nil for others.
    package init?(_ nameOrPointer: String, isOneOf values: [RawJSON]) {
        pointer = nameOrPointer.hasPrefix("/") ? nameOrPointer : "/" + nameOrPointer
        let names = String(pointer.dropFirst()).split(separator: "/", omittingEmptySubsequences: false).map {
            JSONName(String($0).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
        guard let field = names.first, !field.bytes.isEmpty, names.count <= 2 else { return nil }
        // Members of the other collections are objects, which no value equals.
        if names.count == 2, KeyedCollection.named(field)?.value == nil { return nil }
        self.field = field
        key = names.count == 2 ? names[1] : nil
        self.values = values
    }

    func holds(for value: RawJSON?) -> Bool {
        values.contains { $0.isEquivalent(to: value ?? .null) }
    }

    func value(in record: RawRecord) -> RawJSON? {
        guard let value = record.json.member(String(decoding: field.bytes, as: UTF8.self)) else { return nil }
        guard let key else { return value }
        return KeyedCollection.named(field)?.value(of: key, in: value)
    }

    /// What it was before these changes led to the record.
    func value(before changes: [FieldChange], in record: RawRecord) -> RawJSON? {
        if let change = changes.first(where: { $0.path == pointer }) { return change.from }
        // The collection as a whole was something else, such as null.
        if let key, let change = changes.first(where: { $0.path == FieldChange.pointer([field]) }) {
            return KeyedCollection.named(field)?.value(of: key, in: change.from ?? .null)
        }
        return value(in: record)
    }
}
