// The daemon's own HTTP server: what monitoring asks for, on loopback unless told otherwise.

import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// Answers `GET /healthz`, `GET /readyz` and `GET /metrics`.
///
/// A daemon whose address is taken goes on without it: polling and delivering matter more than being looked at.
package struct AdminServer: Service {
    package enum Address: Sendable, Equatable {
        /// Port 0: any that is free.
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    private let address: Address
    private let reasonsNotReady: @Sendable () -> [String]
    private let metrics: @Sendable () async throws -> String
    private let logger: Logger

    /// - Parameters:
    ///   - reasonsNotReady: why the daemon cannot do its work now; none where it can.
    ///   - metrics: Prometheus's text format, made anew for each request.
    package init(
        address: Address, logger: Logger, reasonsNotReady: @escaping @Sendable () -> [String],
        metrics: @escaping @Sendable () async throws -> String
    ) {
        self.address = address
        self.reasonsNotReady = reasonsNotReady
        self.logger = logger
        self.metrics = metrics
    }

    package func run() async throws {
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: bindAddress),
            onServerRunning: { [logger] channel in
                let address = channel.localAddress
                let place =
                    address?.ipAddress.map { "http://\($0.contains(":") ? "[\($0)]" : $0):\(address?.port ?? 0)" }
                    ?? address?.pathname
                logger.info("the admin server listens", metadata: ["address": "\(place ?? "its address")"])
            }, logger: quiet)
        do {
            try await application.run()
        } catch {
            logger.warning(
                "the admin server cannot listen on \(description): \(error). The daemon goes on without it; set admin.listen to an address that is free, or to null"
            )
            try? await gracefulShutdown()
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("healthz") { _, _ in "ok\n" }
        router.get("readyz") { [reasonsNotReady] _, _ in
            let reasons = reasonsNotReady()
            let text = reasons.isEmpty ? "ok\n" : reasons.map { $0 + "\n" }.joined()
            return Response(
                status: reasons.isEmpty ? .ok : .serviceUnavailable,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        router.get("metrics") { [metrics, logger] _, _ in
            do {
                let text = try await metrics()
                return Response(
                    status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                    body: .init(byteBuffer: ByteBuffer(string: text)))
            } catch {
                logger.warning("the metrics cannot be read from the state store: \(error)")
                return Response(status: .serviceUnavailable)
            }
        }
        return router
    }

    private var bindAddress: BindAddress {
        switch address {
        case .tcp(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }

    private var description: String {
        switch address {
        case .tcp(let host, let port): "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
