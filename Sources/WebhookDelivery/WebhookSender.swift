// One POST to a receiver: within its time, to an address that may be called, its answer read only so far.

import AsyncHTTPClient
import ChangeFeed
import FoundationEssentials
import HTTPFaults
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends webhooks. It never follows a redirect, and sends twice within one attempt only where a kept connection had ended.
package struct WebhookSender: Sendable {
    /// Bytes of an answer's body read before the connection is dropped.
    package static let answerBytesRead = 65_536

    private let timeout: Duration
    private let dialler: Dialler

    /// - Parameters:
    ///   - timeout: for the whole attempt: connecting, sending, and reading the answer.
    ///   - idleTimeout: how long a connection is kept at most that nothing is sent on. Common servers close one after 5 s,
    ///     and a POST sent into that moment would be lost: so we close first.
    ///   - lookup: who is asked for the addresses of the receiver's name.
    ///   - lookupMemory: how long what was found is not looked up again: for a few attempts in a row, no more.
    ///   - certificates: trusted besides those the system trusts, and shown to the receiver.
    ///   - tls: how the receiver proves who it is; left out, by the certificates the system trusts.
    ///
    /// - Throws: where the certificates are of no use.
    package init(
        addressGuard: AddressGuard, timeout: Duration, idleTimeout: Duration = .seconds(4),
        lookup: HostLookup = .system, lookupMemory: Duration = .seconds(10),
        certificates: Certificates = Certificates(), tls: TLSConfiguration? = nil
    ) throws(Certificates.Fault) {
        self.timeout = timeout
        var tls = tls ?? .trustingTheSystem
        tls.minimumTLSVersion = .tlsv12
        // For the receiver's farewell, which nothing depends on.
        tls.shutdownTimeout = .seconds(1)
        try certificates.addTo(&tls)
        dialler = Dialler(
            addressGuard: addressGuard, lookup: lookup.answering(addressGuard.localhost.map { [$0] }),
            terms: .init(timeout: timeout, idleTimeout: idleTimeout, lookupMemory: lookupMemory, tls: tls))
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    package func shutdown() async {
        await dialler.shutdown()
    }

    /// Makes one attempt. Cancelling the task ends it at once, as `interrupted`.
    ///
    /// - Parameter turn: waited for, outside of the timeout, where the request has to be made once more because a kept
    ///   connection had ended.
    package func post(
        _ post: WebhookPost, repeatingAfter turn: @escaping @Sendable () async throws -> Void = {}
    ) async -> AttemptOutcome {
        let start = ContinuousClock.now
        let watch = AttemptWatch(start: start, timeout: timeout)
        var outcome: AttemptOutcome
        do {
            outcome = try await attempt(post, watch, repeatingAfter: turn)
        } catch  where AttemptFailure(error) == .reset && watch.answerEndsWithConnection && !Task.isCancelled {
            // However the connection ended: no length was promised that this could have cut short. Many a server leaves
            // without the farewell of TLS, or with bytes of the request unread.
            outcome = watch.answer ?? AttemptOutcome(verdict: .failed(.reset), duration: .zero)
        } catch {
            outcome = Self.outcome(of: Task.isCancelled ? .interrupted : AttemptFailure(error), watch)
            outcome.detail = AttemptFailure.detail(of: error) ?? (watch.speaksHTTP2 ? HTTP2Answer.words : nil)
        }
        outcome.duration = ContinuousClock.now - start
        outcome.phases = watch.phases
        return outcome
    }

    /// What a receiver said in the head of an answer that is no 2xx holds, whatever became of the body.
    private static func outcome(of failure: AttemptFailure, _ watch: AttemptWatch) -> AttemptOutcome {
        guard var outcome = watch.answer else { return AttemptOutcome(verdict: .failed(failure), duration: .zero) }
        if outcome.isSuccess { (outcome.retryAfter, outcome.directive) = (nil, nil) }
        // What breaks off, or breaks the rules, once an answer has begun is a matter of its body.
        outcome.verdict = .failed([.reset, .malformed, .shortage].contains(failure) ? .body : failure)
        return outcome
    }

    /// The attempt and its timeout, whichever ends first. The client's own deadline would end with the head of the
    /// answer, so that a body could drip for ever; and a lookup has no deadline at all.
    private func attempt(
        _ post: WebhookPost, _ watch: AttemptWatch, repeatingAfter turn: @escaping @Sendable () async throws -> Void
    ) async throws -> AttemptOutcome {
        try await withThrowingTaskGroup(of: AttemptOutcome.self) { race in
            race.addTask {
                let destinations = try await dialler.destinations(of: post.url)
                watch.ended(.lookup)
                return try await send(post, to: destinations, watch, repeatingAfter: turn)
            }
            race.addTask {
                while watch.timeLeft > .zero { try await Task.sleep(for: watch.timeLeft) }
                throw HTTPClientError.deadlineExceeded
            }
            defer { race.cancelAll() }
            guard let first = try await race.next() else { throw CancellationError() }
            return first
        }
    }

    /// Sends to the first address that a connection can be opened to. Nothing has been sent to those before it.
    private func send(
        _ post: WebhookPost, to destinations: [Dialler.Destination], _ watch: AttemptWatch,
        repeatingAfter turn: @Sendable () async throws -> Void
    ) async throws -> AttemptOutcome {
        var rest = destinations[...]
        var failed = FailedDials()
        while true {
            guard let destination = rest.popFirst() else { throw failed.telling ?? UnknownHost() }
            do {
                return try await dialler.withClient(to: destination, for: watch, repeatingAfter: turn) { client in
                    let response = try await client.execute(HTTPClientRequest(post), deadline: .distantFuture)
                    dialler.answered(keepAlive: response.headers.first(name: "Keep-Alive"))
                    watch.began(AttemptOutcome(response), endsWithConnection: response.headers.lackLength)
                    defer { watch.ended(.read) }
                    return try await whole(response, watch)
                }
            } catch {
                guard !watch.isConnected else { throw error }
                let error = failed.add(
                    error, of: try? SocketAddress(ipAddress: destination.address.description, port: 443))
                let failure = AttemptFailure(error)
                // What is lacking here, another address lacks as well.
                if ![.shortage, .interrupted].contains(failure) { await dialler.avoid(destination) }
                guard [.refused, .timeout, .shortage].contains(failure) else {
                    throw await Self.explained(error, of: destination, post.url)
                }
            }
        }
    }

    /// A handshake that failed is looked into, within the time of the attempt.
    private static func explained(
        _ error: any Error, of destination: Dialler.Destination, _ url: String
    ) async -> any Error {
        let server = TLSFault.Server(
            host: destination.host, address: destination.address.description, port: URL(string: url)?.port ?? 443)
        return await TLSFault(error, byName: server.hasName)?.lookedInto(at: server, now: .wallClock) ?? error
    }

    /// Reads as much of the answer as is worth reading; leaving the loop early drops the connection.
    private func whole(_ response: HTTPClientResponse, _ watch: AttemptWatch) async throws -> AttemptOutcome {
        var bytesRead = 0
        for try await chunk in response.body {
            watch.read(chunk.readableBytesView.prefix(max(0, Limits.answerBytesKept - bytesRead)))
            bytesRead += chunk.readableBytes
            if bytesRead >= Self.answerBytesRead { break }
        }
        return watch.answer ?? AttemptOutcome(response)
    }
}

extension AttemptOutcome {
    /// Of the head of an answer.
    fileprivate init(_ response: HTTPClientResponse) {
        self.init(
            verdict: .answered(status: Int(response.status.code)), retryAfter: response.headers.retryAfter,
            directive: response.headers.first(name: "webhook-delivery").flatMap {
                ReceiverDirective(rawValue: $0.lowercased())
            }, duration: .zero)
    }
}

extension HTTPClientRequest {
    fileprivate init(_ post: WebhookPost) {
        self.init(url: post.url)
        method = .POST
        headers = HTTPHeaders(post.headers.map { ($0.name, $0.value) })
        // In one piece: of a body that is a stream, the client loses an answer that ends with its connection before the
        // stream was asked for its end.
        body = .bytes(ByteBuffer(bytes: post.body))
    }
}

extension HTTPHeaders {
    /// Whether the body goes on until the connection ends.
    fileprivate var lackLength: Bool { !contains(name: "Content-Length") && !contains(name: "Transfer-Encoding") }

    /// Counted from the receiver's own clock where it says what that shows, and a clock can show it.
    fileprivate var retryAfter: Duration? {
        let ours = Instant.wallClock
        let theirs = first(name: "Date").flatMap { HTTPDate.parse($0, now: ours) }
        let now = theirs.flatMap { Limits.serverClocks.contains($0) ? $0 : nil } ?? ours
        return first(name: "Retry-After").flatMap { HTTPDate.retryAfter($0, now: now) }
    }
}

extension Instant {
    fileprivate static var wallClock: Instant {
        Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}
