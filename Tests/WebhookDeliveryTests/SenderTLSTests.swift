// A receiver that cannot prove who it is gets nothing.

import ChangeFeed
import NIOSSL
import ScriptedPeer
import Testing
import WebhookDelivery

@Suite("WebhookSender over TLS", .timeLimit(.minutes(1)))
struct SenderTLSTests {
    private func outcome(
        showing certificate: TestCertificate, trusting trusted: TestCertificate?, script: [Step]
    ) async throws -> (AttemptOutcome, bytesReceived: Int) {
        try await ScriptedPeer.listening(answering: [script], tls: certificate.serverContext()) { peer in
            let tls = try trusted?.clientConfiguration() ?? .makeClientConfiguration()
            let outcome = try await withSender(tls: tls) {
                await $0.post(.sample(url: "https://localhost:\(peer.port)/"))
            }
            return (outcome, peer.bytesReceived)
        }
    }

    @Test("A receiver whose certificate is trusted gets the webhook")
    func trusted() async throws {
        let (outcome, _) = try await outcome(showing: .localhost, trusting: .localhost, script: [.answer("200 OK")])
        #expect(outcome.status == 200)
    }

    @Test("A self-signed certificate: tls, and no request", arguments: [TestCertificate.localhost, .elsewhere])
    func selfSigned(certificate: TestCertificate) async throws {
        let (outcome, received) = try await outcome(showing: certificate, trusting: nil, script: [.answer("200 OK")])
        #expect(outcome.verdict == .failed(.tls))
        #expect(received == 0)
    }

    @Test("A trusted certificate of another name: tls, and no request")
    func wrongName() async throws {
        let (outcome, received) = try await outcome(
            showing: .elsewhere, trusting: .elsewhere, script: [.answer("200 OK")])
        #expect(outcome.verdict == .failed(.tls))
        #expect(received == 0)
    }

    @Test("A receiver that speaks no TLS newer than 1.1: tls")
    func oldVersion() async throws {
        let certificate = TestCertificate.localhost
        try await ScriptedPeer.listening(
            answering: [[.answer("200 OK")]], tls: certificate.serverContext(upTo: .tlsv11)
        ) { peer in
            let outcome = try await withSender(tls: certificate.clientConfiguration()) {
                await $0.post(.sample(url: "https://localhost:\(peer.port)/"))
            }
            #expect(outcome.verdict == .failed(.tls))
        }
    }

    @Test("A receiver that speaks no TLS on an https URL: tls")
    func plain() async throws {
        let greeting: [Step] = [.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .close]
        try await ScriptedPeer.listening(answering: [], greeting: greeting) { peer in
            try await withSender { sender in
                let outcome = await sender.post(.sample(url: "https://127.0.0.1:\(peer.port)/"))
                #expect(outcome.verdict == .failed(.tls))
            }
        }
    }

    @Test("A body cut off over TLS: reset", arguments: [Step.close, .reset])
    func cutOff(ending: Step) async throws {
        let (outcome, _) = try await outcome(
            showing: .localhost, trusting: .localhost,
            script: [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"), ending])
        #expect(outcome.verdict == .failed(.reset))
    }
}
