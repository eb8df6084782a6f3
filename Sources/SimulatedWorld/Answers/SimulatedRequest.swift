// A request as it reaches the instance, without any connection.

import ChangeFeed

package struct HeaderField: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HeaderField] {
    /// The first value under the name, whatever the case of its letters.
    package func value(of name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

package struct SimulatedRequest: Sendable, Equatable {
    package var method: String
    /// With or without `/v3.1` in front.
    package var path: String
    /// Plain text, percent-encoding undone.
    package var query: [QueryItem]
    package var headers: [HeaderField]

    package init(method: String = "GET", path: String, query: [QueryItem] = [], headers: [HeaderField] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
    }

    /// A GET as the holder of the key makes it.
    package init(_ target: RequestTarget, apiKey: String) {
        self.init(path: target.path, query: target.query, headers: [BasicCredentials.header(apiKey: apiKey)])
    }

    /// The parts of the path behind the version.
    var segments: [String] {
        var parts = path.split(separator: "/").map(String.init)
        if let first = parts.first, first.lowercased() == "v3.1" { parts.removeFirst() }
        return parts
    }
}
