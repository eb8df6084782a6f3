// What stands inside an array or object, found without decoding it.

extension RawJSON {
    /// The elements of an array, in order; nil for other kinds.
    package var elements: [RawJSON]? {
        guard kind == .array else { return nil }
        return ranges { walk in walk.nextElement() }.map(slice)
    }

    /// The value of this member; nil where there is none, or where this is no object. Of members with the same name the
    /// last wins.
    package func member(_ name: String) -> RawJSON? {
        guard kind == .object else { return nil }
        var name = name
        let range = name.withUTF8 { wanted in
            bytes.withUnsafeBufferPointer { buffer in
                var walk = JSONWalk(inside: buffer)
                var found: Range<Int>?
                while let member = walk.nextMember() {
                    let written = UnsafeBufferPointer(rebasing: buffer[member.name])
                    if Self.isName(written, wanted) { found = member.value }
                }
                return found
            }
        }
        return range.map(slice)
    }

    /// What an object holds by name, in order; none for other kinds.
    package var membersByName: [(name: String, value: RawJSON)] {
        JSONMembers(of: self).inOrder.map { (String(decoding: $0.name.bytes, as: UTF8.self), $0.value) }
    }

    /// The value at this path, through objects only.
    package func value(at path: FieldPath) -> RawJSON? {
        var value: RawJSON? = self
        for name in path.members { value = value?.member(name) }
        return value
    }

    static func isName(_ written: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        if written.count == wanted.count { return written.elementsEqual(wanted) && !written.contains(ASCII.backslash) }
        guard written.count > wanted.count, written.contains(ASCII.backslash) else { return false }
        return JSONString.unescaped(Array(written)[...]).elementsEqual(wanted)
    }

    fileprivate func ranges<Found>(_ next: (inout JSONWalk) -> Found?) -> [Found] {
        bytes.withUnsafeBufferPointer { buffer in
            var walk = JSONWalk(inside: buffer)
            var all: [Found] = []
            while let found = next(&walk) { all.append(found) }
            return all
        }
    }

    fileprivate func slice(_ range: Range<Int>) -> RawJSON {
        RawJSON(accepted: bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound])
    }
}

/// The members of an object by name and in order. Of members with the same name only the last is here.
struct JSONMembers {
    struct Member {
        let name: JSONName
        let value: RawJSON
    }

    let inOrder: [Member]
    private let positions: [JSONName: Int]

    /// Empty for other kinds than objects.
    init(of object: RawJSON) {
        let ranges = object.kind == .object ? object.ranges { walk in walk.nextMember() } : []
        let all = ranges.map { found in
            Member(
                name: JSONName(JSONString.unescaped(object.slice(found.name).bytes)), value: object.slice(found.value))
        }
        var last: [JSONName: Int] = [:]
        last.reserveCapacity(all.count)
        for (position, member) in all.enumerated() { last[member.name] = position }
        guard last.count < all.count else {
            inOrder = all
            positions = last
            return
        }
        let unique = all.indices.filter { last[all[$0].name] == $0 }.map { all[$0] }
        inOrder = unique
        positions = Dictionary(uniqueKeysWithValues: zip(unique.map(\.name), unique.indices))
    }

    /// The value of this member. Two states of a record nearly always have the same fields in the same order, so the
    /// place where it stood in the other one is looked at first.
    func value(of name: JSONName, near position: Int) -> RawJSON? {
        if inOrder.indices.contains(position), inOrder[position].name == name { return inOrder[position].value }
        return positions[name].map { inOrder[$0].value }
    }
}
