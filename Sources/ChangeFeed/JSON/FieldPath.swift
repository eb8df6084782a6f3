// Where a value stands in a record.

/// A way into a record, member by member: `CONTACT_ID`, `user.id`, `['Modified Time']`.
package struct FieldPath: Sendable, Hashable, CustomStringConvertible {
    /// Never empty.
    package let members: [String]

    package init(members: [String]) {
        self.members = members
    }

    package init(_ member: String) {
        self.init(members: [member])
    }

    package var description: String { members.joined(separator: ".") }
}

/// A field named by `ignoreFields`: a change at this JSON Pointer, or below it, is no event by itself.
package struct IgnoredField: Sendable, Hashable {
    /// A JSON Pointer, `/LAST_ACTIVITY_DATE_UTC` or `/CUSTOMFIELDS/Score__c`.
    package let pointer: String

    /// Takes a field name or a JSON Pointer.
    package init(_ nameOrPointer: String) {
        pointer = nameOrPointer.hasPrefix("/") ? nameOrPointer : "/" + nameOrPointer
    }

    /// Compared byte by byte: `hasPrefix` compares characters, and a name may begin with an accent that joins the slash.
    package func covers(_ path: String) -> Bool {
        guard path.utf8.starts(with: pointer.utf8) else { return false }
        let rest = path.utf8.dropFirst(pointer.utf8.count)
        return rest.isEmpty || rest.first == ASCII.slash
    }
}
