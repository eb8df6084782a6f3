// What an operator asks of a running daemon: written into the store by a command, carried out by the daemon.

import ChangeFeed

package protocol RequestReading {
    /// In the order in which they were asked for.
    func requests(_ verbs: Set<OperatorRequest.Verb>) throws -> [OperatorRequest]
}

/// Something that was asked of the daemon.
package struct OperatorRequest: Sendable, Equatable {
    package enum Verb: Sendable, Hashable, CaseIterable {
        case resume, resumeAPI, poll, release, releaseChanges, dismiss, replay, giveUp, giveUpAll, discard
    }

    /// What it is about in particular.
    package enum Wish: Sendable, Equatable {
        case nothingElse
        case held(HeldThings)
        case replay(ReplayRequest)
        case delivery(Int64)
        case letters(DeadLetters)
        /// It cannot be read.
        case unreadable
    }

    package let id: Int64
    package let verb: Verb
    package var resource: Int64?
    package var endpoint: Int64?
    package var wish: Wish

    package init(
        id: Int64, _ verb: Verb, resource: Int64? = nil, endpoint: Int64? = nil, wish: Wish = .nothingElse
    ) {
        self.id = id
        self.verb = verb
        self.resource = resource
        self.endpoint = endpoint
        self.wish = wish
    }
}

/// What was held of a resource when somebody decided about it. What comes to be held later is not decided about.
package struct HeldThings: Sendable, Equatable {
    /// Nil where no deletes were held, or others were meant.
    package var deletesHeldSince: Instant?
    /// When the last of the changes came to be held; nil where none were, or others were meant.
    package var changesHeldThrough: Instant?
    /// Whether some of the deletes are dismissed already.
    package var areDeletesBegun = false

    package var isNothing: Bool { deletesHeldSince == nil && changesHeldThrough == nil }

    package init(
        deletesHeldSince: Instant? = nil, changesHeldThrough: Instant? = nil, areDeletesBegun: Bool = false
    ) {
        self.deletesHeldSince = deletesHeldSince
        self.changesHeldThrough = changesHeldThrough
        self.areDeletesBegun = areDeletesBegun
    }
}
