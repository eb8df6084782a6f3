// What is asked of the API.

/// What is asked of the API, relative to its base URL: values are plain text, percent-encoded only when sent.
package struct RequestTarget: Sendable, Hashable {
    /// Begins with a slash: `/Contacts/Search`.
    package var path: String
    package var query: [QueryItem]

    package init(path: String, query: [QueryItem] = []) {
        self.path = path
        self.query = query
    }
}

/// One `name=value` of a query.
package struct QueryItem: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
