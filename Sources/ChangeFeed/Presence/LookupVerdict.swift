// What is known of a record that was asked for by its id.

/// What a GET of one record by its id told.
package enum LookupVerdict: Sendable, Equatable {
    /// 404: there is no such record.
    case gone
    /// 403: it is there, but not for this key.
    case hidden
    case present(SeenRecord)
}
