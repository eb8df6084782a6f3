// What happened to a record: every state it had, when it came to be, and when it could first be seen.

import ChangeFeed

package enum CommitKind: String, Sendable, CaseIterable {
    case created
    case updated
    case deleted
    case restored
    /// A lead became a contact and what goes with it.
    case converted
    /// The key's user may no longer see the record.
    case hidden
    case revealed
}

/// One change of one record, which is one state of it.
package struct Commit: Sendable, Equatable {
    /// 1, 2, 3, … over all records, in the order of the changes.
    package let number: Int
    package let kind: CommitKind
    package let object: SimulatedObject
    package let id: RecordID
    /// True time of the change; the stamp is the same moment by the server's clock.
    package let at: Instant
    /// From when on requests see it. Never before an earlier change of the same record is seen.
    package let visible: Instant
    /// `DATE_UPDATED_UTC` as stored after the change.
    package let stamp: Instant
    /// Whether the change moved that stamp, and so is one that searches by time find.
    package let isStamped: Bool
    /// The record after the change; after a deletion, what it was.
    package let document: RecordDocument
    /// What changed, for people: `LAST_NAME "Tamm" → "Bianchi"`.
    package let summary: String
}

/// What a request finds of a record.
struct PublishedRecord: Sendable {
    var content: RecordContent
    var document: RecordDocument
    var isDeleted: Bool

    var isListed: Bool { !isDeleted && !content.isHidden }
}
