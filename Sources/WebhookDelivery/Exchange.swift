// One request on a connection, and whoever waits for its answer.

import ChangeFeed
import NIOCore
import NIOHTTP1
import Synchronization

/// The time of an attempt is over.
struct AttemptTimedOut: Error {}

/// The connection ended before the answer did, without an error that says more.
struct ConnectionEnded: Error {}

/// A header that could not be sent as one: it would break the request apart.
struct HeaderUnfit: Error {}

/// Ends once: with the first end that anybody tells.
final class Exchange: Sendable {
    struct Answer: Sendable {
        var outcome: AttemptOutcome
        /// Whether the connection may serve another exchange.
        var leavesConnection: Bool
    }

    private enum State {
        case ahead
        case awaited(CheckedContinuation<Answer, any Error>)
        case over(Result<Answer, any Error>)
    }

    let head: HTTPRequestHead
    let body: ByteBuffer
    let watch: AttemptWatch
    /// Of the attempt.
    let deadline: NIODeadline
    private let state = Mutex(State.ahead)

    /// - Throws: `HeaderUnfit`.
    convenience init(_ post: WebhookPost, to target: PostTarget, for watch: AttemptWatch) throws {
        var headers = HTTPHeaders()
        headers.reserveCapacity(post.headers.count + 2)
        headers.add(name: "Host", value: target.authority)
        for (name, value) in post.headers {
            guard Self.isName(name), Self.isValue(value) else { throw HeaderUnfit() }
            headers.add(name: name, value: value)
        }
        headers.add(name: "Content-Length", value: String(post.body.count))
        self.init(
            HTTPRequestHead(version: .http1_1, method: .POST, uri: target.uri, headers: headers),
            ByteBuffer(bytes: post.body), watch)
    }

    private init(_ head: HTTPRequestHead, _ body: ByteBuffer, _ watch: AttemptWatch) {
        self.head = head
        self.body = body
        self.watch = watch
        deadline = .now() + TimeAmount(max(.zero, watch.timeLeft))
    }

    /// The same request, to be made once more in what is left of the attempt's time.
    func again() -> Exchange { Exchange(head, body, watch) }

    /// Waits for the end.
    ///
    /// - Parameter start: called once somebody waits.
    func answer(_ start: () -> Void) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let over = state.withLock { state -> Result<Answer, any Error>? in
                if case .over(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let over { continuation.resume(with: over) } else { start() }
        }
    }

    func end(_ result: Result<Answer, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Answer, any Error>? in
            switch state {
            case .ahead:
                state = .over(result)
                return nil
            case .awaited(let continuation):
                state = .over(result)
                return continuation
            case .over:
                return nil
            }
        }
        waiting?.resume(with: result)
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// A control character, a line break above all, would end the header, and begin what nobody configured.
    private static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }
}
