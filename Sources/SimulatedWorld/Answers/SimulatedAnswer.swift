// The answer to a request, and what the way to the client does to it, without any connection.

import ChangeFeed

package struct SimulatedAnswer: Sendable, Equatable {
    /// What the way to the client does to the answer.
    package enum Transport: Sendable, Equatable {
        case whole
        /// The connection is reset before a byte of the answer.
        case reset
        /// The connection closes after this many bytes of the body, fewer than were announced.
        case truncated(afterBytes: Int)
        /// The body says that it is compressed, and does not decompress.
        case brokenCompression
    }

    package var status: Int
    package var headers: [HeaderField]
    package var body: [UInt8]
    package var transport = Transport.whole
    /// What the `Date` header says, nil where there is none.
    package var serverTime: Instant?
    /// How far `Date` is from what the other answers say.
    package var dateAhead: Duration = .zero
    /// How long the server takes before it answers.
    package var delay: Duration = .zero

    init(status: Int, headers: [HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ body: [UInt8], headers: [HeaderField] = []) -> SimulatedAnswer {
        let type = HeaderField("Content-Type", "application/json; charset=utf-8")
        return SimulatedAnswer(status: 200, headers: [type] + headers, body: body)
    }

    /// The shape of the framework's own errors: `{"Message": …}`.
    package static func message(_ status: Int, _ text: String, headers: [HeaderField] = []) -> SimulatedAnswer {
        var json = JSONWriter()
        json.raw(#"{"Message":"#)
        json.string(text)
        json.raw("}")
        var answer = SimulatedAnswer.json(json.bytes, headers: headers)
        answer.status = status
        return answer
    }

    static func html(_ status: Int, title: String) -> SimulatedAnswer {
        let page = "<!DOCTYPE html>\r\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>"
        return SimulatedAnswer(
            status: status, headers: [HeaderField("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
    }
}
