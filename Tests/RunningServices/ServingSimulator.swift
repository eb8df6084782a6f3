// The simulated instance as the tests talk to it.

import ServiceLifecycle
import Simulator

extension SimulatorServer {
    /// Serves an instance on a free port of loopback for as long as the body takes.
    ///
    /// - Parameter body: is given the base URL of the API, `http://127.0.0.1:40123/v3.1/`.
    package static func serving<Result>(
        _ live: LiveInstance, _ body: (_ baseURL: String) async throws -> Result
    ) async throws -> Result {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = SimulatorServer(live, onListening: { port.yield($0) })
        return try await running(Ending(service: server) { port.finish() }) {
            guard let port = await ports.first(where: { _ in true }) else { throw EndedBeforeItListened() }
            return try await body("http://127.0.0.1:\(port)/v3.1/")
        }
    }
}

/// What ended the server is thrown in its place.
private struct EndedBeforeItListened: Error {}

/// Tells of the end of a service, whatever the end was.
private struct Ending: Service {
    let service: any Service
    let tell: @Sendable () -> Void

    func run() async throws {
        defer { tell() }
        try await service.run()
    }
}
