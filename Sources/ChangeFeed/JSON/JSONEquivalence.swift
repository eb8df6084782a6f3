// Whether two JSON values mean the same, however they are written.

extension RawJSON {
    /// Whether both are the same value: numbers by their exact numeric value, strings by their characters (not by how
    /// these are escaped), arrays in order, objects whatever the order of their members.
    package func isEquivalent(to other: RawJSON) -> Bool {
        isEquivalent(to: other, nullIsAbsent: false)
    }

    /// The same, not looking at the member that `exception` leads to; an empty one excepts nothing.
    ///
    /// - Parameter nullIsAbsent: a member of an object that is null equals none.
    func isEquivalent(
        to other: RawJSON, except exception: ArraySlice<String> = [], nullIsAbsent: Bool = false
    ) -> Bool {
        if ByteRun.areEqual(bytes, other.bytes) { return true }
        guard kind == other.kind else { return false }
        switch kind {
        case .null, .boolean:
            // Each has one spelling, which differs.
            return false
        case .number:
            guard let number = JSONNumber(bytes), let otherNumber = JSONNumber(other.bytes) else { return false }
            return number == otherNumber
        case .string:
            return unescapedString == other.unescapedString
        case .array:
            guard let elements, let others = other.elements, elements.count == others.count else { return false }
            return zip(elements, others).allSatisfy { $0.isEquivalent(to: $1, nullIsAbsent: nullIsAbsent) }
        case .object:
            return Self.haveEquivalentMembers(
                JSONMembers(of: self), JSONMembers(of: other), except: exception, nullIsAbsent: nullIsAbsent)
        }
    }

    private static func haveEquivalentMembers(
        _ members: JSONMembers, _ others: JSONMembers, except exception: ArraySlice<String>, nullIsAbsent: Bool
    ) -> Bool {
        let excepted = exception.first.map(JSONName.init)
        func isSkipped(_ member: JSONMembers.Member) -> Bool {
            (nullIsAbsent && member.value.isNull) || (exception.count == 1 && member.name == excepted)
        }

        for (position, member) in members.inOrder.enumerated() where !isSkipped(member) {
            guard let other = others.value(of: member.name, near: position) else { return false }
            let inner = member.name == excepted ? exception.dropFirst() : []
            guard member.value.isEquivalent(to: other, except: inner, nullIsAbsent: nullIsAbsent) else {
                return false
            }
        }
        return others.inOrder.enumerated().allSatisfy { position, other in
            guard !isSkipped(other) else { return true }
            guard let member = members.value(of: other.name, near: position) else { return false }
            return !nullIsAbsent || !member.isNull
        }
    }
}
