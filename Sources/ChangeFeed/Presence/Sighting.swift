// Where a record was seen, and what that says of its presence.

/// The kind of request that brought a record.
package enum Sighting: Sendable, Equatable {
    /// A search for what changed.
    case search
    /// The plain list, which holds every record that is listed.
    case list
    /// A GET by its id.
    case byID

    package var answer: AnswerKind {
        switch self {
        case .search, .list: .page
        case .byID: .byID
        }
    }

    /// Whether a suspect that was seen so exists for all that the lists say: where they lack it again, it is unlisted.
    package var findsSuspects: Bool { self != .list }

    /// The presence of a record that was just seen, given what it was before; nil: it was unknown.
    package func presence(after known: Presence?) -> Presence {
        switch (self, known) {
        case (.list, _): .listed
        // Whether searches hold what lists leave out is not documented: only the list can say that it is listed again.
        case (.search, .unlisted): .unlisted
        case (.search, _): .listed
        // It may have come back since the list was read, or the page was one of a moving list. Called unlisted wrongly, it
        // would make up in each count for another that is gone; called listed wrongly, it makes the list be read again.
        case (.byID, .suspect): .listed
        case (.byID, .hidden), (.byID, .unlisted), (.byID, .dismissed): .unlisted
        case (.byID, _): .listed
        }
    }
}
