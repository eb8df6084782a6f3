// Values of a few cases, as the words and numbers that stand for them in columns.

import ChangeFeed
import EventStore

/// A value of which each case is kept as a word, or a number, of the store's own: no name in the code changes what stands
/// in a file. The tables' checks and the statements write the same words out.
package protocol StoredWord: CaseIterable, Sendable {
    associatedtype Word: Equatable

    var stored: Word { get }
}

extension StoredWord {
    /// Nil for a word that no case has.
    package init?(stored word: Word) {
        guard let value = Self.allCases.first(where: { $0.stored == word }) else { return nil }
        self = value
    }
}

extension DeliveryState: StoredWord {
    package var stored: String {
        switch self {
        case .pending: "pending"
        case .waiting: "waiting"
        case .delivered: "delivered"
        case .dead: "dead"
        case .replayed: "replayed"
        }
    }
}

extension DeliveryOrder: StoredWord {
    package var stored: String {
        switch self {
        case .record: "record"
        case .endpoint: "endpoint"
        case .none: "none"
        }
    }
}

extension Presence: StoredWord {
    package var stored: Int {
        switch self {
        case .listed: 0
        case .suspect: 1
        case .hidden: 2
        case .unlisted: 3
        case .deleted: 4
        case .dismissed: 5
        }
    }
}

extension Presence {
    /// - Parameter code: nil where what stands there is no number.
    package init(code: Int?, of record: RecordID, resource: Int64) throws {
        guard let presence = code.flatMap(Presence.init(stored:)) else {
            throw UnreadableRow("presence", of: "known record", "\(record) of resource \(resource)")
        }
        self = presence
    }
}

extension Reading: StoredWord {
    package var stored: String {
        switch self {
        case .poll: "poll"
        case .sweep: "sweep"
        }
    }
}

extension RequestPurpose: StoredWord {
    package var stored: String {
        switch self {
        case .poll: "poll"
        case .hint: "hint"
        case .count: "count"
        case .search: "search"
        case .lookup: "lookup"
        case .baseline: "baseline"
        case .sweep: "sweep"
        }
    }
}

extension AttemptFailure: StoredWord {
    package var stored: String {
        switch self {
        case .dns: "dns"
        case .refused: "refused"
        case .forbidden: "forbidden"
        case .tls: "tls"
        case .timeout: "timeout"
        case .reset: "reset"
        case .malformed: "malformed"
        case .body: "body"
        case .shortage: "shortage"
        case .interrupted: "interrupted"
        }
    }
}

extension PauseCause: StoredWord {
    package var stored: String {
        switch self {
        case .throttled: "throttled"
        case .dayUsedUp: "day_used_up"
        case .failing: "failing"
        case .unauthorized: "unauthorized"
        }
    }
}

extension QuotaTrouble: StoredWord {
    package var stored: String {
        switch self {
        case .unreadable: "unreadable"
        case .incomplete: "incomplete"
        case .contradicting: "contradicting"
        }
    }
}

extension OperatorRequest.Verb: StoredWord {
    package var stored: String {
        switch self {
        case .resume: "resume"
        case .resumeAPI: "resume-api"
        case .poll: "poll"
        case .release: "release"
        case .releaseChanges: "release-changes"
        case .dismiss: "dismiss"
        case .replay: "replay"
        case .giveUp: "give up"
        case .giveUpAll: "give up all"
        case .discard: "discard"
        }
    }
}

extension UnstampedState: StoredWord {
    package var stored: String {
        switch self {
        case .open: "open"
        case .held: "held"
        case .telling: "telling"
        case .learning: "learning"
        }
    }
}
