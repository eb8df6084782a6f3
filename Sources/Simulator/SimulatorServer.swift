// The simulated instance as an HTTP server on this machine.

import SimulatedWorld
import ChangeFeed
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

/// Serves a live instance under `/v3.1/`, and the controls of `ControlRoutes` under `/simulator/`.
package struct SimulatorServer: Service {
    private let live: LiveInstance
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - onListening: is told the port once connections are accepted.
    package init(
        _ live: LiveInstance, host: String = "127.0.0.1", port: Int = 0, logger: Logger = Self.silent,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.live = live
        self.host = host
        self.port = port
        self.logger = logger
        self.onListening = onListening
    }

    package static let silent = Logger(label: "simulator", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Serves until the service group shuts down; throws where the port cannot be had.
    package func run() async throws {
        // One rung below Hummingbird's application, which would put a Date of its own into every answer.
        let server = try HTTPServerBuilder.http1().buildServer(
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { request, writer, channel in
                try await respond(to: request, writer: writer, channel: channel)
            },
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? port)
            })
        do { try await server.run() } catch let error as IOError {
            throw CannotListen(host: host, port: port, cause: String(cString: strerror(error.errnoCode)))
        }
    }

    /// Swift NIO's own words have a bracket too many, and the name of a function.
    struct CannotListen: Error, CustomStringConvertible {
        let host: String
        let port: Int
        let cause: String

        var description: String {
            "the simulator cannot listen on \(host):\(port): \(cause); choose another --port, or 0 for any that is free"
        }
    }

    private func respond(
        to request: Request, writer: consuming ResponseWriter, channel: any Channel
    ) async throws {
        let simulated = SimulatedRequest(
            method: request.method.rawValue, path: QueryDecoding.decoded(request.uri.path[...]),
            query: QueryDecoding.items(request.uri.query ?? ""),
            headers: request.headers.map { HeaderField($0.name.rawName, $0.value) })
        let acceptsGzip = simulated.headers.value(of: "Accept-Encoding")?.lowercased().contains("gzip") ?? false
        if simulated.path.hasPrefix(ControlRoutes.prefix) {
            var request = request
            let body = try await request.collectBody(upTo: ControlRoutes.largestBody)
            let answer = ControlRoutes(live: live).answer(simulated, body: Array(body.readableBytesView))
            try await AnswerWriter(answer: answer, acceptsGzip: acceptsGzip).send(writer, over: channel)
            return
        }
        let (answer, number) = live.withInstance { $0.begin(simulated, at: $1) }
        defer { live.withInstance { $0.finish(number, at: $1) } }
        if answer.delay > .zero { try await live.time.sleep(answer.delay) }
        try await AnswerWriter(answer: answer, acceptsGzip: acceptsGzip).send(writer, over: channel)
    }
}
