// Writing JSON around values that are kept as they came.

/// A JSON text in the making.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func raw(_ text: String) { bytes += text.utf8 }

    mutating func raw(_ json: [UInt8]) { bytes += json }

    mutating func string(_ text: String) { JSONString.append(text, to: &bytes) }

    mutating func value(_ json: RawJSON) { bytes += json.bytes }
}
