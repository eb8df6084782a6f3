// Whether a known record is still there, as far as lists and the API told.

/// Where a known record stands.
package enum Presence: Sendable, Hashable, CaseIterable {
    /// The lists hold it.
    case listed
    /// The lists do not hold it any more; what that means is to be asked for by its id.
    case suspect
    /// It exists, and the key's user may not read it (403). That is no delete.
    case hidden
    /// It exists and can be read by its id, but no list holds it, as some instances do with converted leads.
    case unlisted
    /// The API answered 404 for its id, and a receiver was told.
    case deleted
    /// It is gone, or seems so, and the operator said that nobody is to be told. It is not asked for any more; where it is
    /// seen again, it is compared like any record.
    case dismissed

    /// Nothing more is told of it until it is seen again.
    package var isOver: Bool { self == .deleted || self == .dismissed }
}
