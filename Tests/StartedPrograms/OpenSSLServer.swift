// A server of OpenSSL's, for what other libraries cannot be told to do.

import Foundation

/// Answers TLS on loopback with a key and a self-signed certificate for `localhost`, made for it.
package struct OpenSSLServer: Sendable {
    package let port: Int
    /// What to trust.
    package let certificate: [UInt8]

    /// Serves for the time of the body.
    ///
    /// - Parameters:
    ///   - key: as `openssl req -newkey` takes it.
    ///   - options: of `openssl s_server`.
    package static func serving<Result>(
        key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], _ options: [String] = [],
        _ body: (OpenSSLServer) async throws -> Result
    ) async throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("openssl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (keyPath, path) = (
            directory.appendingPathComponent("key.pem"), directory.appendingPathComponent("cert.pem")
        )
        let making = try RunningProgram(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost",
            ]
                + ["-keyout", keyPath.path, "-out", path.path, "-newkey"] + key)
        guard await making.exitStatus == 0 else { throw NoServer() }
        let server = try RunningProgram(
            "/usr/bin/openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-key", keyPath.path, "-cert", path.path, "-www"]
                // For a second name, where an option gives one.
                + ["-key2", keyPath.path, "-cert2", path.path] + options)
        let line = await server.lines.first { $0.hasPrefix("ACCEPT") }
        guard let port = line?.split(separator: ":").last.flatMap({ Int($0) }) else { throw NoServer() }
        // It ends with the last that holds it.
        defer { withExtendedLifetime(server) {} }
        return try await body(OpenSSLServer(port: port, certificate: Array(Data(contentsOf: path))))
    }

    private struct NoServer: Error {}
}
