// One field that differs between two states of a record.

/// One entry of an event's `changes`.
package struct FieldChange: Sendable, Hashable {
    /// A JSON Pointer (RFC 6901): `/LAST_NAME`, or `/CUSTOMFIELDS/Hobby__c` for a member of a keyed collection.
    package let path: String
    /// As received; nil where the field was added, which is not the same as a null.
    package let from: RawJSON?
    /// As received; nil where the field was removed.
    package let to: RawJSON?

    package init(path: String, from: RawJSON?, to: RawJSON?) {
        self.path = path
        self.from = from
        self.to = to
    }

    init(_ names: JSONName..., from: RawJSON?, to: RawJSON?) {
        self.init(path: Self.pointer(names), from: from, to: to)
    }

    /// Whether both states say something there.
    var isBetweenValues: Bool {
        guard let from, let to else { return false }
        return !from.isEmpty && !to.isEmpty
    }

    /// Whether both are of the same field, or one of a member of the other's.
    func concerns(_ other: FieldChange) -> Bool {
        let (short, long) = path.utf8.count < other.path.utf8.count ? (path, other.path) : (other.path, path)
        return IgnoredField(short).covers(long)
    }

    /// `/` and the name, in which `~` is written `~0` and `/` is written `~1`, for each name.
    static func pointer(_ names: [JSONName]) -> String {
        var pointer: [UInt8] = []
        for name in names {
            pointer.append(ASCII.slash)
            for byte in name.bytes {
                switch byte {
                case ASCII.tilde: pointer += [ASCII.tilde, ASCII.zero]
                case ASCII.slash: pointer += [ASCII.tilde, ASCII.zero + 1]
                default: pointer.append(byte)
                }
            }
        }
        return String(decoding: pointer, as: UTF8.self)
    }
}

extension JSONText {
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
