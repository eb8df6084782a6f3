// What differs between two states of one record, field by field.

/// Compares meaning, not spelling: order of members, white space and the way a number or string is written are no
/// change. A member that is absent and one that is null are the same state, at every depth: which of the two the API
/// writes depends on the record's layout.
package enum RecordDiff {
    /// The fields that differ, as far as they can be compared: those of `new` in its order, then those it no longer has in the order of `old`. What is
    /// reported keeps the bytes it was received in.
    ///
    /// `DATE_UPDATED_UTC` is never reported, nor is the date at `updatedDate`. Where that one stands inside another field,
    /// that field is compared without it.
    static func changes(
        from old: RawRecord, to new: RawRecord, updatedDate: FieldPath? = nil,
        except leftOut: Set<JSONName> = []
    ) -> [FieldChange] {
        let before = JSONMembers(of: old.json)
        let after = JSONMembers(of: new.json)
        let stamp = updatedDate?.members[...] ?? []
        var changes: [FieldChange] = []
        for (position, field) in after.inOrder.enumerated() where !leftOut.contains(field.name) {
            let earlier = before.value(of: field.name, near: position)
            changes += change(of: field.name, from: earlier, to: field.value, except: stamp)
        }
        for (position, field) in before.inOrder.enumerated()
        where after.value(of: field.name, near: position) == nil && !leftOut.contains(field.name) {
            changes += change(of: field.name, from: field.value, to: nil, except: stamp)
        }
        return changes
    }

    package static func changes(
        from old: RawRecord, to new: RawRecord, updatedDate: FieldPath? = nil
    ) -> [FieldChange] {
        changes(from: old, to: new, updatedDate: updatedDate, except: [])
    }

    private static let updatedDate = JSONName("DATE_UPDATED_UTC")

    private static func change(
        of field: JSONName, from old: RawJSON?, to new: RawJSON?, except stamp: ArraySlice<String>
    ) -> [FieldChange] {
        if field == Self.updatedDate { return [] }
        let leadsToStamp = stamp.first.map { field.bytes.elementsEqual($0.utf8) } ?? false
        if leadsToStamp, stamp.count == 1 { return [] }
        if isSame(old, new, except: leadsToStamp ? stamp.dropFirst() : []) { return [] }
        return KeyedCollection.named(field)?.changes(from: old, to: new) ?? [FieldChange(field, from: old, to: new)]
    }

    /// Whether both are the same state of a field; nil: it is absent.
    static func isSame(_ old: RawJSON?, _ new: RawJSON?, except exception: ArraySlice<String> = []) -> Bool {
        (old ?? .null).isEquivalent(to: new ?? .null, except: exception, nullIsAbsent: true)
    }
}
