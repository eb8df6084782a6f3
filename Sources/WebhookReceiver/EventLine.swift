// One JSON line an event, for programs.

import ChangeFeed
import FoundationEssentials

package enum EventLine {
    /// What the journal keeps of an accepted event: the body as a string that holds its exact bytes.
    ///
    /// `{"webhook-id":…,"webhook-sequence":…,"received_at":…,"verified":true,"body":"…"}`, and a newline. A body that is not UTF-8
    /// stands as `body_base64`.
    package static func journal(_ request: ReceivedRequest) -> [UInt8] {
        var line = begin(request)
        if let text = String(validating: request.body, as: UTF8.self) {
            line += Array(",\"body\":".utf8)
            JSONString.append(text, to: &line)
        } else {
            line += Array(",\"body_base64\":".utf8)
            JSONString.append(Data(request.body).base64EncodedString(), to: &line)
        }
        return line + Array("}\n".utf8)
    }

    /// What `listen --json` prints of an exchange: the body as the JSON it is, `"body":{"id":…}`; null if it is none.
    package static func printed(_ exchange: ReceivedExchange) -> [UInt8] {
        var line = begin(exchange.request)
        line += Array(",\"outcome\":\"\(exchange.outcome.word)\",\"duplicate\":\(exchange.isDuplicate)".utf8)
        line += Array(",\"body\":".utf8)
        let body = (try? RawJSON.read(exchange.request.body)) ?? .null
        // A newline in well-formed JSON is white space between its parts, never inside a string.
        line += body.bytes.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        return line + Array("}\n".utf8)
    }

    private static func begin(_ request: ReceivedRequest) -> [UInt8] {
        var line = Array("{\"webhook-id\":".utf8)
        if let id = request.webhookID { JSONString.append(id, to: &line) } else { line += Array("null".utf8) }
        line += Array(",\"webhook-sequence\":\(request.sequence.map(String.init) ?? "null")".utf8)
        line += Array(",\"received_at\":\"\(request.arrivedAt.iso8601Milliseconds)\"".utf8)
        line += Array(",\"verified\":\(request.isVerified)".utf8)
        return line
    }
}

extension ReceivedExchange.Outcome {
    /// `accepted`, `refused 503`, `dropped`, `abandoned`.
    package var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let status): "refused \(status)"
        case .dropped: "dropped"
        case .abandoned: "abandoned"
        }
    }
}
