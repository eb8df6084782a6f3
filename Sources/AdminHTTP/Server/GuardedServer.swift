// An HTTP server of the daemon that costs it little, whoever comes: few connections, and none for long.

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Speaks HTTP as Hummingbird does, one request a connection.
///
/// A daemon whose address is taken goes on without it: polling and delivering matter more than being looked at.
package struct GuardedServer: Service {
    package struct Bounds: Sendable {
        package var connections: Int
        /// For a client to send its request, and again to take its answer.
        package var patience: Duration
        /// Between two tries to listen where the address is taken.
        package var retry: Duration
        /// For the last answers, once the server is to stop.
        package var parting: Duration

        package init(
            connections: Int, patience: Duration, retry: Duration = .seconds(10), parting: Duration = .seconds(2)
        ) {
            self.connections = connections
            self.patience = patience
            self.retry = retry
            self.parting = parting
        }
    }

    /// What the log calls it, and which key says where it listens.
    package struct Name: Sendable {
        let server: String
        let key: String

        package static let admin = Name(server: "the admin server", key: "admin.listen")
        package static let hint = Name(server: "the server for hints", key: "hint.listen")
    }

    private let name: Name
    private let address: ListenAddress
    private let bounds: Bounds
    private let logger: Logger
    private let respond: @Sendable (Request) async -> Response

    /// - Parameter respond: answers one request; its body is read by whoever wants it.
    init(
        _ name: Name, at address: ListenAddress, bounds: Bounds, logger: Logger,
        respond: @escaping @Sendable (Request) async -> Response
    ) {
        self.name = name
        self.address = address
        self.bounds = bounds
        self.logger = logger
        self.respond = respond
    }

    package func run() async throws {
        let door = ConnectionDoor(most: bounds.connections)
        let http = HTTP1Channel(
            responder: { [respond] request, writer, channel in
                // An answer that nobody waits for any more holds up nobody.
                let answering = Task { await respond(request) }
                channel.closeFuture.whenComplete { _ in answering.cancel() }
                let response = await answering.value
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(
                additionalChannelHandlers: [VisitHandler(door: door, patience: bounds.patience)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)))
        if let channel = await listening(http) {
            logger.info("\(name.server) listens", metadata: ["address": "\(Self.place(of: channel))"])
            try? await gracefulShutdown()
            try? await channel.close()
        }
        // Those that asked for nothing are sent away, and nobody holds up a stop.
        await door.close(within: bounds.parting)
    }

    /// Tries until it listens, as whoever has the address may leave it; nil once it is told to stop.
    private func listening(_ http: HTTP1Channel) async -> (any Channel)? {
        await cancelWhenGracefulShutdown {
            var isKnown = false
            while !Task.isCancelled {
                do { return try await listen(http) } catch {
                    if !isKnown { complain(error) }
                    isKnown = true
                }
                try? await ContinuousClock().sleep(for: bounds.retry)
            }
            return nil
        }
    }

    private func complain(_ error: any Error) {
        // Swift NIO's own words have a bracket too many, and the name of a function.
        let cause = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        logger.warning(
            """
            \(name.server) cannot listen on \(address): \(cause). The daemon goes on without it and tries again every \
            \(bounds.retry.components.seconds) s; free the address, or set \(name.key) to another one or to null
            """)
    }

    /// Connections are taken in one by one, and not as a sequence that somebody reads: the first error of `accept` would end
    /// that, and what is taken in and not read by then would end the process.
    private func listen(_ http: HTTP1Channel) async throws -> any Channel {
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
            .childChannelInitializer { [quiet] channel in
                http.setup(channel: channel, logger: quiet).map { visit in
                    // It ends with its channel, which the door closes at last.
                    Task { await http.handle(value: visit, logger: quiet) }
                    return ()
                }
            }
        return switch address {
        case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
        case .unix(let path):
            try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }

    /// What a client does wrong is of no interest to the log.
    private var quiet: Logger { Logger(label: "visits") { _ in SwiftLogNoOpLogHandler() } }

    private static func place(of channel: any Channel) -> String {
        let address = channel.localAddress
        return address?.ipAddress.map { "http://\($0.contains(":") ? "[\($0)]" : $0):\(address?.port ?? 0)" }
            ?? address?.pathname ?? "its address"
    }
}
