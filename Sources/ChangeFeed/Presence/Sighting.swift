// Where a record was seen, and what that says of its presence.

/// The kind of request that brought a record.
package enum Sighting: Sendable, Equatable {
    /// A search for what changed.
    case search
    /// The plain list, which holds every record that is listed.
    case list
    /// A GET by its id. `again`: not for the first time since it was missing.
    case byID(again: Bool)

    package var answer: AnswerKind {
        switch self {
        case .search, .list: .page
        case .byID: .byID
        }
    }

    /// The presence of a record that was just seen, given what it was before; nil: it was unknown.
    package func presence(after known: Presence?) -> Presence {
        switch (self, known) {
        case (.list, _): .listed
        // Whether searches hold what lists leave out is not documented: only the list can say that it is listed again.
        case (.search, .unlisted): .unlisted
        case (.search, _): .listed
        // It may have come back since the list was read, or the page was one of a moving list. The next count tells.
        case (.byID(again: false), .suspect): .listed
        case (.byID, .suspect), (.byID, .hidden), (.byID, .unlisted), (.byID, .dismissed): .unlisted
        case (.byID, _): .listed
        }
    }
}
