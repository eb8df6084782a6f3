// What a request to the admin server says, and what it is answered: values without a connection.

/// A request whose route is known.
package struct AdminRequest: Sendable {
    /// Of the path: `event` of `/v1/events/{event}`.
    package var parameters: [String: String] = [:]
    /// Of the query, decoded.
    package var query: [String: String] = [:]
    /// The account that is meant; nil where none is named.
    package var account: String?
    /// Empty where nothing was sent.
    package var body: [UInt8] = []
}

package struct AdminHeader: Sendable, Equatable {
    package var name: String
    package var value: String
}

package struct AdminAnswer: Sendable, Equatable {
    package var status = 200
    /// `Content-Type`
    package var type: String
    package var headers: [AdminHeader] = []
    package var body: [UInt8]

    package static func text(_ text: String, status: Int = 200, headers: [AdminHeader] = []) -> AdminAnswer {
        AdminAnswer(status: status, type: "text/plain; charset=utf-8", headers: headers, body: Array(text.utf8))
    }

    /// - Parameter text: one JSON document.
    package static func json(_ text: String, status: Int = 200) -> AdminAnswer {
        AdminAnswer(status: status, type: "application/json", body: Array(text.utf8))
    }
}
