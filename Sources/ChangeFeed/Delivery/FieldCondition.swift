// What a filter asks of a field.

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
