// An answer as its parts come in, put together where they do.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes one answer, as far as it is one: with an end that can be told, and no longer than it may be.
final class WholeAnswer: HTTPClientResponseDelegate {
    private let space: AnswerSpace
    private let limitBytes: Int
    private let taken = Mutex<(head: HTTPResponseHead?, body: [UInt8])>((nil, []))

    init(in space: AnswerSpace, limitBytes: Int) {
        self.space = space
        self.limitBytes = limitBytes
    }

    func didReceiveHead(
        task: HTTPClient.Task<(HTTPResponseHead, [UInt8])>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        do {
            try head.requireTellingItsEnd()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
        var body = space.take()
        // A page grows to its length once, and not a dozen times.
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        body.reserveCapacity(min(max(0, length), limitBytes))
        taken.withLock { $0 = (head, body) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<(HTTPResponseHead, [UInt8])>, _ part: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let fits = taken.withLock { taken in
            guard taken.body.count + part.readableBytes <= limitBytes else { return false }
            taken.body.append(contentsOf: part.readableBytesView)
            return true
        }
        return fits
            ? task.eventLoop.makeSucceededVoidFuture()
            : task.eventLoop.makeFailedFuture(PageTooLarge(limitBytes: limitBytes))
    }

    func didFinishRequest(task: HTTPClient.Task<(HTTPResponseHead, [UInt8])>) throws -> (HTTPResponseHead, [UInt8]) {
        try taken.withLock { taken in
            guard let head = taken.head else { throw HTTPClientError.remoteConnectionClosed }
            space.keep(taken.body)
            return (head, taken.body)
        }
    }
}

extension HTTPResponseHead {
    /// A length, chunks or compression say where a body ends. One that ends with its connection could as well have
    /// been cut off; of a page it could not be told.
    fileprivate func requireTellingItsEnd() throws {
        switch headers.first(name: "Content-Encoding")?.lowercased() {
        case "gzip", "deflate": return
        case nil, "identity": break
        case let coding?: throw UnreadableEncoding(name: coding)
        }
        guard
            headers.contains(name: "Content-Length") || headers.contains(name: "Transfer-Encoding")
                || !(200...299).contains(status.code) || status == .noContent
        else { throw UnmeasuredBody() }
    }
}

/// The memory of a large answer, for the next one to take once nobody reads the first any more. The system would else
/// have to clear and map a megabyte anew for each page.
final class AnswerSpace: Sendable {
    /// Less comes from the heap, which keeps it by itself; of more, one huge page would be held for small ones.
    private static let keptBytes = 65_536...4_194_304

    private let last = Mutex<[UInt8]>([])

    /// An empty body, with the space of the last one if that is over.
    func take() -> [UInt8] {
        var body = last.withLock { last in
            defer { last = [] }
            return last
        }
        body.removeAll(keepingCapacity: true)
        return body
    }

    /// A small answer keeps nothing: a daemon that only finds that nothing has changed holds no page.
    func keep(_ body: [UInt8]) {
        guard body.count >= Self.keptBytes.lowerBound, body.capacity <= Self.keptBytes.upperBound else { return }
        last.withLock { $0 = body }
    }
}
