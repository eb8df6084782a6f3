// How far the reading of one resource has come: what the store keeps of it, and nothing else.

/// From when on a record unknown so far counts as news.
package enum PollStart: Sendable, Equatable {
    /// From the first contact with the API on; what is there by then is learned silently.
    case now
    /// Every existing record is reported as created.
    case beginning
    /// From a given time on.
    case at(Instant)
}

/// The state of one resource between two pages, committed together with what the page brought.
package struct ResourceProgress: Sendable, Equatable {
    /// The walk through the whole list that learns what is there.
    package enum Baseline: Sendable, Equatable {
        /// So many records of the list have been read, and this one last.
        case walking(covered: Int, last: RecordID?)
        case complete
        /// The list was read as far as it can be: the API answers every offset with the same page. What turns up later is not
        /// new for being unknown.
        case partial

        /// Nothing is left to be walked.
        package var isOver: Bool { self == .complete || self == .partial }
    }

    /// Fixed at the first contact, by the clock that says the earlier time.
    package var newsThreshold: NewsThreshold
    /// When the last complete poll began, by the *server's* clock, or by our own where that says an earlier time: changes
    /// before it have been read.
    package var cursor: Instant
    /// When the last complete poll began, by our own clock; nil before the first.
    package var polledAt: Instant?
    package var baseline: Baseline
    package var presence: PresenceProgress
    /// Of a start from now; nil as well where a version that did not keep it had the first contact.
    package var firstContact: FirstContact?

    package init(
        newsThreshold: NewsThreshold, cursor: Instant, polledAt: Instant? = nil, baseline: Baseline,
        presence: PresenceProgress = PresenceProgress(), firstContact: FirstContact? = nil
    ) {
        self.newsThreshold = newsThreshold
        self.cursor = cursor
        self.polledAt = polledAt
        self.baseline = baseline
        self.presence = presence
        self.firstContact = firstContact
    }

    /// The progress at the first contact, before its page is taken in.
    ///
    /// - Parameter clocks: changes up to when it was asked are in the lists. News begins with the second after it had
    ///   answered: what that first page shows was there before, and stamps tell no more than the second.
    init(start: PollStart, clocks: AnswerClocks) {
        let asked = clocks.earliestAsked
        switch start {
        case .now:
            let threshold = clocks.earliestAnswered.wholeSecond + .seconds(1)
            self.init(
                newsThreshold: .since(threshold), cursor: asked, baseline: .firstPage,
                firstContact: clocks.firstContact)
        case .beginning:
            self.init(newsThreshold: .beginning, cursor: asked, baseline: .firstPage)
        case .at(let time):
            self.init(newsThreshold: .since(time), cursor: min(time, asked), baseline: .firstPage)
        }
    }
}

extension ResourceProgress.Baseline {
    package static let firstPage = Self.walking(covered: 0, last: nil)
}
