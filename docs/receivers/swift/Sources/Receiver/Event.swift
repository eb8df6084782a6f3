// An event as far as a receiver has to know it, and a page of the daemon's log.

import Foundation

struct Event: Decodable, Sendable {
    struct Payload: Decodable, Sendable {
        let sequence: Int
        let id: String
    }

    let id: String
    let type: String
    let data: Payload
}

/// What `GET /v1/events` answers. Events are taken apart twice: as what is known of them, and as all that they hold.
struct Page {
    let events: [(event: Event, body: Data)]
    let hasMore: Bool

    init(_ answer: Data) throws {
        let page = try JSONSerialization.jsonObject(with: answer) as? [String: Any] ?? [:]
        hasMore = page["has_more"] as? Bool ?? false
        events = try (page["events"] as? [Any] ?? []).map {
            let body = try JSONSerialization.data(withJSONObject: $0)
            return (try JSONDecoder().decode(Event.self, from: body), body)
        }
    }
}
