// One POST to a receiver: within its time, to an address that may be called, its answer read only so far.

import AsyncHTTPClient
import ChangeFeed
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends webhooks. It never follows a redirect and never sends twice within one attempt.
package struct WebhookSender: Sendable {
    /// Bytes of an answer's body read before the connection is dropped.
    package static let answerBytesRead = 65_536

    private let timeout: Duration
    private let dialler: Dialler

    /// - Parameters:
    ///   - timeout: for the whole attempt: connecting, sending, and reading the answer.
    ///   - concurrency: attempts in flight to one receiver, and connections kept to it.
    ///   - idleTimeout: how long a connection is kept that nothing is sent on. Common servers close one after 5 s. A POST
    ///     sent into that moment would be lost, and must not be sent again unrecorded: so we close first.
    ///   - lookup: who is asked for the addresses of the receiver's name.
    ///   - lookupMemory: how long what was found is not looked up again: for a few attempts in a row, no more.
    ///   - certificates: trusted besides those the system trusts, and shown to the receiver.
    ///   - tls: how the receiver proves who it is; left out, by the certificates the system trusts.
    ///
    /// - Throws: where the certificates are of no use.
    package init(
        addressGuard: AddressGuard, timeout: Duration, concurrency: Int, idleTimeout: Duration = .seconds(4),
        lookup: HostLookup = .system, lookupMemory: Duration = .seconds(10),
        certificates: Certificates = Certificates(),
        tls: TLSConfiguration = .makeClientConfiguration()
    ) throws(Certificates.Fault) {
        self.timeout = timeout
        var tls = tls
        tls.minimumTLSVersion = .tlsv12
        try certificates.addTo(&tls)
        // Half of the time is left for a second address.
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(min(timeout / 2, .seconds(5)))), decompression: .disabled)
        // A webhook gains nothing from HTTP/2.
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrency
        // A second connection to the same address within one attempt would hide that the first one failed.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(idleTimeout)
        let localhost = addressGuard.localhost.map { [$0] }
        dialler = Dialler(
            addressGuard: addressGuard, lookup: lookup.answering(localhost), memory: lookupMemory,
            configuration: configuration)
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    package func shutdown() async throws {
        try await dialler.shutdown()
    }

    /// Makes one attempt. Cancelling the task ends it at once, as `interrupted`.
    package func post(_ post: WebhookPost) async -> AttemptOutcome {
        let start = ContinuousClock.now
        let watch = AttemptWatch(start: start)
        var outcome: AttemptOutcome
        do {
            outcome = try await attempt(post, from: start, watch)
        } catch {
            let failure = Task.isCancelled ? .interrupted : AttemptFailure(error)
            // What breaks off, or breaks the rules, once an answer has begun is a matter of its body.
            let isBody = watch.headCame && (failure == .reset || failure == .malformed)
            outcome = AttemptOutcome(verdict: .failed(isBody ? .body : failure), duration: .zero)
        }
        outcome.duration = ContinuousClock.now - start
        outcome.phases = watch.phases
        return outcome
    }

    /// The attempt and its timeout, whichever ends first. The client's own deadline would end with the head of the
    /// answer, so that a body could drip for ever; and a lookup has no deadline at all.
    private func attempt(
        _ post: WebhookPost, from start: ContinuousClock.Instant, _ watch: AttemptWatch
    ) async throws -> AttemptOutcome {
        try await withThrowingTaskGroup(of: AttemptOutcome.self) { race in
            race.addTask {
                let destinations = try await dialler.destinations(of: post.url)
                watch.ended(.lookup)
                return try await send(post, to: destinations, watch)
            }
            race.addTask {
                try await ContinuousClock().sleep(until: start + timeout)
                throw HTTPClientError.deadlineExceeded
            }
            defer { race.cancelAll() }
            guard let first = try await race.next() else { throw CancellationError() }
            return first
        }
    }

    /// Sends to the first address that a connection can be opened to. Nothing has been sent to those before it.
    private func send(
        _ post: WebhookPost, to destinations: [Dialler.Destination], _ watch: AttemptWatch
    ) async throws -> AttemptOutcome {
        var rest = destinations[...]
        while true {
            guard let destination = rest.popFirst() else { throw UnknownHost() }
            do {
                return try await dialler.withClient(to: destination) { client in
                    let response = try await client.execute(HTTPClientRequest(post, watch), deadline: .distantFuture)
                    watch.ended(.wait)
                    defer { watch.ended(.read) }
                    return try await outcome(of: response)
                }
            } catch {
                guard !watch.isConnected else { throw error }
                await dialler.avoid(destination)
                guard !rest.isEmpty, [.refused, .timeout].contains(AttemptFailure(error)) else { throw error }
            }
        }
    }

    /// Reads as much of the answer as is worth reading; leaving the loop early drops the connection.
    private func outcome(of response: HTTPClientResponse) async throws -> AttemptOutcome {
        var answer: [UInt8] = []
        var bytesRead = 0
        for try await chunk in response.body {
            bytesRead += chunk.readableBytes
            answer += chunk.readableBytesView.prefix(Limits.answerBytesKept - answer.count)
            if bytesRead >= Self.answerBytesRead { break }
        }
        return AttemptOutcome(
            verdict: .answered(status: Int(response.status.code)), retryAfter: response.headers.retryAfter,
            directive: response.headers.first(name: "webhook-delivery").flatMap {
                ReceiverDirective(rawValue: $0.lowercased())
            }, answer: answer, duration: .zero)
    }
}

extension HTTPClientRequest {
    fileprivate init(_ post: WebhookPost, _ watch: AttemptWatch) {
        self.init(url: post.url)
        method = .POST
        headers = HTTPHeaders(post.headers.map { ($0.name, $0.value) })
        body = .stream(
            WatchedBody(bytes: ByteBuffer(bytes: post.body), watch: watch), length: .known(Int64(post.body.count)))
    }
}

extension HTTPHeaders {
    /// Counted from the receiver's own clock where it says what that shows.
    fileprivate var retryAfter: Duration? {
        let date = first(name: "Date").flatMap(HTTPDate.parse)
        let now = date ?? Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        return first(name: "Retry-After").flatMap { HTTPDate.retryAfter($0, now: now) }
    }
}
