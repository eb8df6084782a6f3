// A record that an answer holds, and what is known of it is looked up by.

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
