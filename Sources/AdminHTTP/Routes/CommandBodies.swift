// What commands are sent, as JSON.

import ChangeFeed
import Operations

struct ReplayBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case ids, sequence, from, until, types, endpoint, dead, all, rate
        case dryRun = "dry_run"
    }

    var ids: [String]?
    /// `42` or `40-50`
    var sequence: String?
    var from: String?
    var until: String?
    var types: [String]?
    var endpoint: String?
    var dead: Bool?
    var all: Bool?
    /// Events a second, to each endpoint.
    var rate: Double?
    /// Only says how many it would be.
    var dryRun: Bool?

    var events: ReplayWish {
        get throws {
            var wish = ReplayWish()
            wish.ids = ids ?? []
            (wish.sequence, wish.from, wish.until) = (sequence, from, until)
            wish.types = try (types ?? []).map(eventType)
            wish.endpoint = endpoint
            (wish.isOfDeadLetters, wish.isOfAll) = (dead ?? false, all ?? false)
            return wish
        }
    }
}

struct PollBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable { case resource }

    /// Nil: all of them.
    var resource: String?
}

struct ResumeBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable { case endpoint, api }

    var endpoint: String?
    var api: Bool?
}

struct ReleaseBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable { case resource, changes }

    var resource: String?
    var changes: Bool?
}

struct DismissBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable { case resource, changes, deletes }

    var resource: String?
    var changes: Bool?
    var deletes: Bool?
}

struct GiveUpBody: AdminBody {
    enum CodingKeys: String, CodingKey, CaseIterable { case delivery, endpoint }

    var delivery: Int64?
    var endpoint: String?
}

/// - Throws: `AdminProblem` for what can be the type of no event.
func eventType(_ text: String) throws -> EventTypePattern {
    guard let pattern = EventTypePattern(text) else {
        throw AdminProblem(
            status: 400,
            detail: "\(text) is no type of events; write one such as contact.updated, lead.* or *.deleted")
    }
    return pattern
}
