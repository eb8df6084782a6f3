// What a stop does to connections that have only just come.

import Foundation
import Testing
import WebhookReceiver

@Suite("Stopping a receiver", .timeLimit(.minutes(60)))
struct StoppingTests {
    @Test("a stop among connections that were accepted and not read yet leaves the process alive", arguments: 1...40)
    func flood(round: Int) async throws {
        var connections: [Int32] = []
        try await RunningReceiver.run { receiver in
            let port = try await receiver.server.port
            // The kernel completes them before the server has looked; the stop then finds them at every stage.
            for _ in 0..<64 { connections.append(try connect(to: port)) }
        }
        for connection in connections { close(connection) }
    }

    private func connect(to port: Int) throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        return connection
    }
}
