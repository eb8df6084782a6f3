// What is sent in one attempt.

/// A request ready to be sent: the stored bytes and the headers of this attempt.
package struct WebhookPost: Sendable {
    /// The callback URL, `https` or `http`.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(url: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}

extension WebhookPost: CustomReflectable {
    /// Headers may be tokens, and so may parts of a URL: of both only what is no secret shows.
    package var customMirror: Mirror {
        Mirror(self, children: ["headers": headers.map(\.name), "bytes": body.count])
    }
}
