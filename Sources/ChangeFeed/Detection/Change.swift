// A change that is worth an event.

/// What happened to a record; `rawValue` ends the event's type, `contact.updated`.
package enum ChangeKind: String, Sendable, Hashable, CaseIterable {
    case created, updated, deleted
}

/// One change of one record, as detected and not yet numbered.
package struct Change: Sendable, Equatable {
    package var kind: ChangeKind
    package var recordID: RecordID
    /// As received; of a deleted record the last known state.
    package var record: RawRecord
    /// The record's updated date, else its created date; nil where it has neither, and for a deleted record, whose
    /// dates say nothing of its end.
    package var changedAt: Instant?
    /// Nil for created and deleted, and where the earlier state is unknown.
    package var changes: [FieldChange]?
    /// A deleted record that is there again.
    package var restored: Bool

    package init(
        kind: ChangeKind, recordID: RecordID, record: RawRecord, changedAt: Instant?, changes: [FieldChange]? = nil,
        restored: Bool = false
    ) {
        self.kind = kind
        self.recordID = recordID
        self.record = record
        self.changedAt = changedAt
        self.changes = changes
        self.restored = restored
    }
}
