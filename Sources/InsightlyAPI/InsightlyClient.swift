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

    private let transport: InsightlyTransport
    private let baseURL: String
    private let headers: HTTPHeaders

    /// - Parameters:
    ///   - baseURL: `https://api.na1.insightly.com/v3.1/`, with or without its last slash.
    ///   - apiKey: goes out as the user of HTTP Basic, with a blank password.
    ///   - version: of this program, for `User-Agent`.
    package init(baseURL: String, apiKey: String, version: String, over transport: InsightlyTransport) {
        self.baseURL = baseURL
        self.transport = transport
        headers = [
            "Authorization": "Basic " + Data("\(apiKey):".utf8).base64EncodedString(),
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "insightly-webhooks/\(version)",
        ]
    }

    /// Makes the request and waits for its whole answer. Cancelling the task ends the request at once.
    package func send(_ request: APIRequest) async -> APIResult {
        let start = ContinuousClock.now
        do {
            return .success(try await answer(to: request, from: start))
        } catch {
            return .failure(APIFailure(error, timeouts: transport.timeouts, pageBytes: transport.pageBytes))
        }
    }

    private func answer(to request: APIRequest, from start: ContinuousClock.Instant) async throws -> APIResponse {
        do {
            let task = transport.client.execute(
                request: try HTTPClient.Request(url: request.target.url(under: baseURL), headers: headers),
                delegate: WholeAnswer(in: transport.space, limitBytes: transport.pageBytes),
                eventLoop: .delegate(on: transport.eventLoop),
                deadline: .now() + TimeAmount(transport.timeouts.total))
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
            at: server, now: now, patience: transport.timeouts.secondLook) ?? error
    }
}
