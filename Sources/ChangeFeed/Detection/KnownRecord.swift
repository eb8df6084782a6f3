// What is remembered of a record between two polls.

/// What is looked at for every record of every page, small enough to be fetched for all of them. Its content is asked for
/// where the record has changed.
package struct KnownSummary: Sendable, Hashable {
    /// Events announced for this record so far; 0 after silent learning.
    package var version: Int
    /// Of the record as last seen, which may be later than its content: a change that is no event moves only this.
    package var fingerprint: Fingerprint
    package var presence: Presence
    /// The kind of answer that its content was read in.
    package var answer: AnswerKind
    /// Its updated date as last seen; nil: that of its content.
    package var lastStamp: Instant?

    package init(
        version: Int, fingerprint: Fingerprint, presence: Presence = .listed, answer: AnswerKind = .page,
        lastStamp: Instant? = nil
    ) {
        self.version = version
        self.fingerprint = fingerprint
        self.presence = presence
        self.answer = answer
        self.lastStamp = lastStamp
    }
}

/// A record of a page, with what it takes to look up what is known of it.
package struct SeenRecord: Sendable, Hashable {
    package let record: RawRecord
    package let id: RecordID
    package let fingerprint: Fingerprint

    /// Nil where the record has no id in this field: such a page is not one of this resource.
    ///
    /// - Parameter fingerprints: takes its fingerprint; nil: SHA-256 does, as for whatever was known before there was a key.
    package init?(_ record: RawRecord, idField: FieldPath, _ fingerprints: FingerprintKey? = nil) {
        guard let id = record.id(at: idField) else { return nil }
        self.record = record
        self.id = id
        fingerprint = fingerprints?.fingerprint(of: record.bytes) ?? Fingerprint(of: record.bytes)
    }
}
