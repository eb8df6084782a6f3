// Writing JSON around values that are kept as they came.

/// A JSON text in the making.
package struct JSONText {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    package mutating func raw(_ text: String) { bytes += text.utf8 }

    mutating func raw(_ json: [UInt8]) { bytes += json }

    package mutating func string(_ text: String) { JSONString.append(text, to: &bytes) }

    mutating func value(_ json: RawJSON) { bytes += json.bytes }
}
