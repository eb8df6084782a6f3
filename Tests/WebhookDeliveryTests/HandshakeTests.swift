// Each way a handshake fails has words of its own, and none has a path of the library's.

import ChangeFeed
import ScriptedPeer
import StartedPrograms
import Testing
import WebhookDelivery

@Suite("Handshakes that fail", .timeLimit(.minutes(60)))
struct HandshakeTests {
    private func detail(of outcome: AttemptOutcome) -> String {
        #expect(outcome.verdict == .failed(.tls))
        let detail = outcome.detail ?? ""
        #expect(!detail.contains("/") && !detail.contains("Error"), "\(detail)")
        return detail
    }

    @Test(
        "A certificate that has expired, is not valid yet, or is made for clients says so",
        arguments: [
            (TestCertificate.expired, TestCertificate.expired, "the certificate has expired (2021-01-01T00:00:00Z)"),
            (.future, .future, "the certificate is not valid yet (from 2110-01-01T00:00:00Z on"),
            (.clients, .elsewhere, "not made for servers"), (.clients, .localhost, "not made for servers"),
            (.localhost, .elsewhere, "no authority that is trusted vouches for the certificate"),
        ])
    func certificate(shown: TestCertificate, trusted: TestCertificate, words: String) async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK")]], tls: shown.serverContext()) { peer in
            let outcome = try await withSender(certificates: Certificates(authorities: trusted.pem)) {
                await $0.post(.sample(url: "https://localhost:\(peer.port)/"))
            }
            #expect(detail(of: outcome).contains(words), "\(outcome.detail ?? "")")
            #expect(peer.bytesReceived == 0)
        }
    }

    @Test(
        "Keys, protocols, groups and names that are not spoken on both ends say so",
        arguments: [
            (["ed25519"], [], "localhost", "a key of Ed25519"),
            (["ed25519"], ["-tls1_2"], "localhost", "a key of Ed25519"),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-521"], [], "localhost", "a key of P-521"),
            (["ec", "-pkeyopt", "ec_paramgen_curve:P-521"], ["-tls1_2"], "localhost", "a key of P-521"),
            (Self.usual, ["-groups", "X448"], "localhost", "no kind of key, cipher or group is spoken by both ends"),
            (Self.usual, ["-groups", "X448"], "127.0.0.1", "called by its name, not by its address"),
            (Self.usual, ["-alpn", "h2"], "localhost", "HTTP/1.1 is not spoken there (ALPN)"),
            (Self.usual, ["-alpn", "h2", "-tls1_2"], "localhost", "HTTP/1.1 is not spoken there (ALPN)"),
            (Self.usual, Self.strict, "localhost", "nothing is served there under this name (SNI)"),
            (Self.usual, Self.strict, "127.0.0.1", "the certificate is not for this address"),
            (Self.usual, ["-Verify", "1"], "localhost", "a certificate is demanded of clients"),
            (Self.usual, ["-Verify", "1", "-tls1_2"], "localhost", "a certificate is demanded of clients"),
        ])
    func parameters(key: [String], options: [String], host: String, words: String) async throws {
        try await OpenSSLServer.serving(key: key, options) { server in
            let outcome = try await withSender(certificates: Certificates(authorities: server.certificate)) {
                await $0.post(.sample(url: "https://\(host):\(server.port)/"))
            }
            #expect(outcome.detail?.contains(words) == true, "\(outcome.detail ?? "")")
            #expect(outcome.verdict == .failed(.tls))
        }
    }

    private static let usual = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    /// Serves one name, and refuses others.
    private static let strict = ["-servername", "other.example", "-servername_fatal"]

    @Test("Where a second look shows nothing, the words stay general")
    func nothingShown() async throws {
        let alert = Step.send([0x15, 3, 3, 0, 2, 2, 40])
        try await ScriptedPeer.listening(answering: [], greeting: [alert, .close]) { peer in
            try await withSender { sender in
                let outcome = await sender.post(.sample(url: "https://localhost:\(peer.port)/"))
                #expect(detail(of: outcome).contains("is spoken by both ends"))
                #expect(peer.connections == 2)
            }
        }
    }
}
