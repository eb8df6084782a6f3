// The path of a field in a record, as it stands in its column.

import ChangeFeed

package struct StoredFieldPath: StoredForm {
    private var members: [String]

    package init(_ path: FieldPath) {
        members = path.members
    }

    package var value: FieldPath? { members.isEmpty ? nil : FieldPath(members: members) }
}
