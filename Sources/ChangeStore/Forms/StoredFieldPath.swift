// The path of a field in a record, as it stands in its column.

import ChangeFeed

struct StoredFieldPath: StoredForm {
    private var members: [String]

    init(_ path: FieldPath) {
        members = path.members
    }

    var value: FieldPath? { members.isEmpty ? nil : FieldPath(members: members) }
}
