// A name in an object, or the key of a member of a collection, as something to look up by.

/// A text as UTF-8 bytes, which tell apart what `String` calls equal: é, and e with an accent.
struct JSONName: Hashable {
    /// Escapes undone.
    let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    init(_ text: String) {
        bytes = Array(text.utf8)[...]
    }

    // An array compares and hashes byte by byte; names are looked up for every field of two records that differ.

    static func == (left: JSONName, right: JSONName) -> Bool {
        ByteRun.areEqual(left.bytes, right.bytes)
    }

    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
