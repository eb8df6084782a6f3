// The API over HTTPS: one GET, one whole answer or the reason why there is none.

import AsyncHTTPClient
import ChangeFeed
import FoundationEssentials
import HTTPFaults
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL

/// Reads the API of one account. Each `send` is one GET: nothing is retried, and no redirect is followed.
package struct InsightlyClient: Sendable {
    package struct Timeouts: Sendable {
        package var connect: Duration = .seconds(10)
        /// From the beginning of `send` to the last byte of the body. Heavy pages take their time: others wait 30 s and
        /// more for one of 20 MB.
        package var total: Duration = .seconds(120)
        /// How long a connection is kept that nothing is sent on: shorter than the server's own patience, so that a request
        /// never goes out on a connection being closed.
        package var idle: Duration = .seconds(20)
        /// For what the certificate of a server says that no handshake came about with.
        package var secondLook: Duration = .seconds(2)

        package init() {}
    }

    private let client: HTTPClient
    private let baseURL: String
    private let headers: HTTPHeaders
    private let timeouts: Timeouts
    private let pageBytes: Int
    /// That connections are served on and answers are put together on, so that no part of one changes threads.
    private let eventLoop: any EventLoop
    private let space = AnswerSpace()

    /// - Parameters:
    ///   - baseURL: `https://api.na1.insightly.com/v3.1/`, with or without its last slash.
    ///   - apiKey: goes out as the user of HTTP Basic, with a blank password.
    ///   - version: of this program, for `User-Agent`.
    ///   - pageBytes: how large a body may be, its compression undone.
    ///   - tls: how the server proves who it is; left out, by the certificates the system trusts.
    package init(
        baseURL: String, apiKey: String, version: String, timeouts: Timeouts = Timeouts(),
        pageBytes: Int = Limits.jsonBytes, tls: TLSConfiguration = .makeClientConfiguration()
    ) {
        self.baseURL = baseURL
        self.timeouts = timeouts
        self.pageBytes = pageBytes
        headers = [
            "Authorization": "Basic " + Data("\(apiKey):".utf8).base64EncodedString(),
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "insightly-webhooks/\(version)",
        ]
        let group = HTTPClient.defaultEventLoopGroup
        eventLoop = group.any()
        client = HTTPClient(
            eventLoopGroup: group,
            configuration: Self.configuration(timeouts: timeouts, pageBytes: pageBytes, tls: tls))
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    package func shutdown() async throws {
        try await client.shutdown()
    }

    /// Makes the request and waits for its whole answer. Cancelling the task ends the request at once.
    package func send(_ request: APIRequest) async -> APIResult {
        let start = ContinuousClock.now
        do {
            return .success(try await answer(to: request, from: start))
        } catch {
            return .failure(APIFailure(error, timeouts: timeouts, pageBytes: pageBytes))
        }
    }

    private static func configuration(
        timeouts: Timeouts, pageBytes: Int, tls: TLSConfiguration
    ) -> HTTPClient.Configuration {
        var tls = tls
        tls.minimumTLSVersion = .tlsv12
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // The key would travel with a redirect.
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(min(timeouts.connect, timeouts.total))),
            decompression: .enabled(limit: .size(pageBytes)))
        // A handful of requests at once gain nothing from HTTP/2, and one protocol has half as many ways to break off.
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Limits.requestsInFlight
        // A refused connection is to be known at once, not after the connect timeout.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(timeouts.idle)
        return configuration
    }

    private func answer(to request: APIRequest, from start: ContinuousClock.Instant) async throws -> APIResponse {
        do {
            let task = client.execute(
                request: try HTTPClient.Request(url: request.target.url(under: baseURL), headers: headers),
                delegate: WholeAnswer(in: space, limitBytes: pageBytes), eventLoop: .delegate(on: eventLoop),
                deadline: .now() + TimeAmount(timeouts.total))
            let (head, body) = try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return APIResponse(
                status: Int(head.status.code), headers: head.headers, body: body, duration: ContinuousClock.now - start)
        } catch {
            throw await explained(error)
        }
    }

    /// A handshake that failed is looked into, and so is an address that could not be dialled.
    private func explained(_ error: any Error) async -> any Error {
        guard let url = URL(string: baseURL), let host = url.host else { return error }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        if error is IOError, let address = try? SocketAddress(ipAddress: bare, port: 443) {
            var dials = FailedDials()
            return dials.add(error, of: address)
        }
        let server = TLSFault.Server(host: bare, address: bare, port: url.port ?? 443)
        let now = Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        return await TLSFault(error, byName: server.hasName)?.lookedInto(
            at: server, now: now, patience: timeouts.secondLook) ?? error
    }
}
