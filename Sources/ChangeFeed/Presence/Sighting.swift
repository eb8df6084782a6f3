// Where a record was seen, and what that says of its presence.

/// The kind of request that brought a record.
package enum Sighting: Sendable, Equatable {
    /// A search for what changed.
    case search
    /// The plain list, which holds every record that is listed.
    case list
    /// A GET by its id.
    case byID
    /// A GET by its id of a record that the list has just shown.
    case control

    package var answer: AnswerKind {
        switch self {
        case .search, .list: .page
        case .byID, .control: .byID
        }
    }

    /// The presence of a record that was just seen, given what it was before; nil: it was unknown.
    package func presence(after known: Presence?) -> Presence {
        switch (self, known) {
        case (.list, _): .listed
        // Whether searches hold what lists leave out is not documented: only the list can say that it is listed again.
        case (.search, .suspect): .suspect
        case (.search, .unlisted): .unlisted
        case (.search, _): .listed
        case (.control, .suspect): .listed
        // A suspect may have come back since the list was read, or the page was one of a moving list: then the next counts
        // show one too many, and the list is searched for it.
        case (.byID, .suspect), (.byID, .hidden), (.byID, .unlisted), (.byID, .dismissed): .unlisted
        case (.control, .hidden), (.control, .unlisted), (.control, .dismissed): .unlisted
        case (.byID, _), (.control, _): .listed
        }
    }
}
