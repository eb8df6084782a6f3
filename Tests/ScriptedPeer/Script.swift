// What a scripted peer does to a client, step by step.

/// One thing done to a client once its whole request has come in, or as soon as it has connected.
package enum Step: Sendable {
    case send([UInt8])
    /// One byte after the other, with so much time between them; after the last, the next step.
    case drip([UInt8], every: Duration)
    /// The same bytes again and again, for as long as they are taken.
    case sendEndlessly([UInt8])
    /// Ends the connection in good order.
    case close
    /// Says that nothing more comes from here, and goes on listening, as servers do that linger.
    case finish
    /// Ends the connection without the farewell that TLS asks for.
    case leave
    /// Cuts the connection: the other end sees a reset.
    case reset

    package static func send(_ text: String) -> Step { .send(Array(text.utf8)) }

    /// A whole answer with a body of known length.
    package static func answer(_ status: String, headers: [String] = [], body: [UInt8] = []) -> Step {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
        return .send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    package static func answer(_ status: String, headers: [String] = [], body: String) -> Step {
        answer(status, headers: headers, body: Array(body.utf8))
    }
}

/// A request as it came over the wire.
package struct ReceivedRequest: Sendable {
    /// `GET /v3.1/Contacts?top=500 HTTP/1.1`.
    package var line: String
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    /// Nil until the bytes hold a whole request; they are taken off the front then.
    init?(takenFrom bytes: inout [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= end.upperBound + length else { return nil }
        line = String(lines.first ?? "")
        self.headers = headers
        body = Array(bytes[end.upperBound..<end.upperBound + length])
        bytes.removeFirst(end.upperBound + length)
    }
}
