// Writing JSON around values that are kept as they came.

/// A JSON text in the making.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func raw(_ text: String) { bytes += text.utf8 }

    mutating func raw(_ json: [UInt8]) { bytes += json }

    mutating func string(_ text: String) { JSONString.append(text, to: &bytes) }

    mutating func value(_ json: RawJSON) { bytes += json.bytes }

    /// A side of a change that is absent is left out: null is a value.
    mutating func changes(_ changes: [FieldChange]?) {
        guard let changes else { return raw("null") }
        raw("[")
        for (index, change) in changes.enumerated() {
            raw(index == 0 ? "{\"path\":" : ",{\"path\":")
            string(change.path)
            if let from = change.from {
                raw(",\"from\":")
                value(from)
            }
            if let to = change.to {
                raw(",\"to\":")
                value(to)
            }
            raw("}")
        }
        raw("]")
    }
}
