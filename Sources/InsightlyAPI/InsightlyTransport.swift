// The connections to Insightly, for the clients of any number of accounts.

import AsyncHTTPClient
import ChangeFeed
import NIOCore
import NIOHTTPCompression
import NIOSSL

/// One for all accounts of a process: what it costs to trust whom the system trusts is paid once, and an account at rest
/// keeps no connection.
package final class InsightlyTransport: Sendable {
    let client: HTTPClient
    let timeouts: InsightlyClient.Timeouts
    /// How large a body may be, its compression undone.
    let pageBytes: Int
    /// That connections are served on and answers are put together on, so that no part of one changes threads.
    let eventLoop: any EventLoop
    let space = AnswerSpace()

    /// - Parameters:
    ///   - pageBytes: how large a body may be, its compression undone.
    ///   - tls: how servers prove who they are; left out, by the certificates the system trusts.
    package init(
        timeouts: InsightlyClient.Timeouts = .init(), pageBytes: Int = Limits.jsonBytes,
        tls: TLSConfiguration = .makeClientConfiguration()
    ) {
        self.timeouts = timeouts
        self.pageBytes = pageBytes
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

    private static func configuration(
        timeouts: InsightlyClient.Timeouts, pageBytes: Int, tls: TLSConfiguration
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
        // Each account has a few requests in flight at most, and waits for those of no other.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Limits.connectionsToInsightly
        // A refused connection is to be known at once, not after the connect timeout.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = TimeAmount(timeouts.idle)
        return configuration
    }
}

extension Limits {
    /// Some thousand accounts with all their requests in flight.
    fileprivate static let connectionsToInsightly = 8_192
}
