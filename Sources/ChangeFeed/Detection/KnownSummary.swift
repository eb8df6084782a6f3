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
