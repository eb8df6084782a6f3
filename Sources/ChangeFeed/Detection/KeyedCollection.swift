// The collections of a record whose members have names of their own.

/// An array of objects that is compared member by member, each found again by its key and not by its position.
package struct KeyedCollection: Sendable {
    /// The field of the record that holds the array.
    package let field: String
    /// The member of each object that names it.
    package let key: String
    /// The member of each object that is its value; nil where the whole object is.
    let value: String?

    /// The collections of Insightly's records. Everything else in a record is one value.
    package static let all = [
        KeyedCollection(field: "CUSTOMFIELDS", key: "FIELD_NAME", value: "FIELD_VALUE"),
        KeyedCollection(field: "TAGS", key: "TAG_NAME", value: nil),
        KeyedCollection(field: "LINKS", key: "LINK_ID", value: nil),
        KeyedCollection(field: "DATES", key: "DATE_ID", value: nil),
        KeyedCollection(field: "EMAILDOMAINS", key: "EMAIL_DOMAIN_ID", value: nil),
    ]

    static func named(_ field: JSONName) -> KeyedCollection? {
        all.first { field.bytes.elementsEqual($0.field.utf8) }
    }

    /// The members that differ: those of `new` in its order, then the removed ones in the order of `old`. A field that
    /// is absent or null holds no members, as an empty array does; and a custom field whose value is absent or null is
    /// as good as none, for one that is put on a layout changes no record.
    ///
    /// Nil where one side cannot be told apart by key: it is no array, a member lacks its key, or two members share a
    /// key.
    func changes(from old: RawJSON?, to new: RawJSON?) -> [FieldChange]? {
        guard let before = Entries(of: old, in: self), let after = Entries(of: new, in: self) else { return nil }
        let field = JSONName(field)
        var changes: [FieldChange] = []
        for entry in after.inOrder {
            let earlier = before.byKey[entry.key]
            guard !RecordDiff.isSame(earlier, entry.value) else { continue }
            changes.append(FieldChange(field, entry.key, from: earlier, to: entry.value))
        }
        for entry in before.inOrder where after.byKey[entry.key] == nil && !entry.value.isNull {
            changes.append(FieldChange(field, entry.key, from: entry.value, to: nil))
        }
        return changes
    }

    /// The member of this key; nil where there is none, or the field is no such collection.
    func value(of key: JSONName, in collection: RawJSON) -> RawJSON? {
        Entries(of: collection, in: self)?.byKey[key]
    }
}

private struct Entries {
    var inOrder: [(key: JSONName, value: RawJSON)] = []
    var byKey: [JSONName: RawJSON] = [:]

    init?(of collection: RawJSON?, in kind: KeyedCollection) {
        guard let collection, !collection.isNull else { return }
        guard let elements = collection.elements else { return nil }
        for element in elements {
            guard let key = element.member(kind.key)?.asName,
                byKey[key] == nil
            else { return nil }
            let value = kind.value.map { element.member($0) ?? .null } ?? element
            byKey[key] = value
            inOrder.append((key, value))
        }
    }
}
