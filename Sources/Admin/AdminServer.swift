// The daemon's own HTTP server: what monitoring asks for, on loopback unless told otherwise.

import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Answers `/healthz`, `/readyz` and `/metrics`.
///
/// A daemon whose address is taken goes on without it: polling and delivering matter more than being looked at. For the
/// same reason it holds few connections, and none for long.
package struct AdminServer: Service {
    package enum Address: Sendable, Equatable {
        /// Port 0: any that is free.
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package struct Bounds: Sendable {
        package var connections: Int
        /// For a client to send its request, and again to take its answer.
        package var patience: Duration

        package init(connections: Int, patience: Duration) {
            self.connections = connections
            self.patience = patience
        }
    }

    private let address: Address
    private let bounds: Bounds
    private let rules: AdminRules
    private let reasonsNotReady: @Sendable () -> [String]
    private let metrics: @Sendable () async throws -> String
    private let logger: Logger

    /// - Parameters:
    ///   - machine: the machine's own name, by which it may be called.
    ///   - reasonsNotReady: why the daemon cannot do its work now; none where it can.
    ///   - metrics: Prometheus's text format, made anew for each request.
    package init(
        address: Address, bounds: Bounds, machine: String, logger: Logger,
        reasonsNotReady: @escaping @Sendable () -> [String],
        metrics: @escaping @Sendable () async throws -> String
    ) {
        self.address = address
        self.bounds = bounds
        self.logger = logger
        self.reasonsNotReady = reasonsNotReady
        self.metrics = metrics
        rules = AdminRules(address, machine: machine)
    }

    package func run() async throws {
        let door = AdminDoor(most: bounds.connections)
        do {
            let channel = try await listen(door)
            logger.info("the admin server listens", metadata: ["address": "\(Self.place(of: channel))"])
            try? await gracefulShutdown()
            try? await channel.close()
        } catch {
            // Swift NIO's own words have a bracket too many, and the name of a function.
            let cause = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            logger.warning(
                "the admin server cannot listen on \(description): \(cause). The daemon goes on without it; set admin.listen to an address that is free, or to null"
            )
            try? await gracefulShutdown()
        }
        await door.close()
    }

    private func listen(_ door: AdminDoor) async throws -> any Channel {
        // One loop for all: taken in on several, a client might count as older than those that came before it, and would be
        // the first to make room for them.
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Where the system has no descriptor left, it is asked again a second later, and not at once.
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(
                        AdminConversation(door: door, patience: bounds.patience, answer: answer))
                }
            }
        return switch address {
        case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
        case .unix(let path):
            try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }

    @Sendable private func answer(_ request: AdminRequest) async -> AdminAnswer {
        switch rules.verdict(on: request) {
        case .refused(let refusal): return refusal
        case .route(.health): return AdminAnswer(status: 200, body: "ok\n")
        case .route(.readiness):
            let reasons = reasonsNotReady()
            return AdminAnswer(
                status: reasons.isEmpty ? 200 : 503,
                body: reasons.isEmpty ? "ok\n" : reasons.map { $0 + "\n" }.joined())
        case .route(.metrics):
            do {
                return AdminAnswer(
                    status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
                    body: try await metrics())
            } catch {
                logger.warning("the metrics cannot be read from the state store: \(error)")
                return AdminAnswer(status: 503, body: "The state store cannot be read; the log says why.\n")
            }
        }
    }

    private static func place(of channel: any Channel) -> String {
        let address = channel.localAddress
        return address?.ipAddress.map { "http://\($0.contains(":") ? "[\($0)]" : $0):\(address?.port ?? 0)" }
            ?? address?.pathname ?? "its address"
    }

    private var description: String {
        switch address {
        case .tcp(let host, let port): "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
