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

/// What `GET /v1/events` answers.
struct Page: Decodable {
    struct Gone: Decodable {
        let from: Int
        let to: Int
    }

    private let missing: [Gone]
    private let unreadable: [Int]
    let nextAfter: Int
    let hasMore: Bool

    /// Whose events are not to be had any more.
    var gone: [Gone] { missing + unreadable.map { Gone(from: $0, to: $0) } }

    private enum CodingKeys: String, CodingKey {
        case missing, unreadable
        case nextAfter = "next_after"
        case hasMore = "has_more"
    }

    /// The events of an answer, each with its text as it stands there: a number that is read and written may come out as
    /// another.
    static func events(in answer: Data) throws -> [(event: Event, body: Data)] {
        var bodies: [Data] = []
        var (depth, start, isText, isEscaped) = (0, answer.startIndex, false, false)
        for (index, byte) in zip(answer.indices, answer) {
            switch (UnicodeScalar(byte), isText) {
            case _ where isEscaped: isEscaped = false
            case ("\\", true): isEscaped = true
            case ("\"", _): isText.toggle()
            case ("{", false):
                depth += 1
                if depth == 2 { start = index }
            case ("}", false):
                depth -= 1
                if depth == 1 { bodies.append(answer[start...index]) }
            // The array of events is the answer's first member; what follows it is `missing`, and the like.
            case ("]", false) where depth == 1: return try bodies.map(read)
            default: break
            }
        }
        return try bodies.map(read)
    }

    private static func read(_ body: Data) throws -> (event: Event, body: Data) {
        (try JSONDecoder().decode(Event.self, from: body), body)
    }
}
