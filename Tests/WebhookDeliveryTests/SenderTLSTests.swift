// A receiver that cannot prove who it is gets nothing.

import ChangeFeed
import NIOSSL
import ScriptedPeer
import Testing
import WebhookDelivery

@Suite("WebhookSender over TLS", .timeLimit(.minutes(60)))
struct SenderTLSTests {
    private func outcome(
        showing certificate: TestCertificate, trusting trusted: TestCertificate?, script: [Step]
    ) async throws -> (AttemptOutcome, bytesReceived: Int) {
        try await ScriptedPeer.listening(answering: [script], tls: certificate.serverContext()) { peer in
            let tls = try trusted?.clientConfiguration()
            let outcome = try await withSender(tls: tls) {
                await $0.post(.sample(url: "https://localhost:\(peer.port)/"))
            }
            return (outcome, peer.bytesReceived)
        }
    }

    @Test("A receiver whose certificate is trusted gets the webhook")
    func trusted() async throws {
        let (outcome, _) = try await outcome(showing: .localhost, trusting: .localhost, script: [.answer("200 OK")])
        #expect(outcome.answered == 200)
    }

    @Test("A self-signed certificate: tls, and no request", arguments: [TestCertificate.localhost, .elsewhere])
    func selfSigned(certificate: TestCertificate) async throws {
        let (outcome, received) = try await outcome(showing: certificate, trusting: nil, script: [.answer("200 OK")])
        #expect(outcome.verdict == .failed(.tls))
        #expect(outcome.detail == "no authority that is trusted vouches for the certificate")
        #expect(received == 0)
    }

    @Test("A trusted certificate of another name: tls, and no request")
    func wrongName() async throws {
        let (outcome, received) = try await outcome(
            showing: .elsewhere, trusting: .elsewhere, script: [.answer("200 OK")])
        #expect(outcome.verdict == .failed(.tls))
        #expect(outcome.detail == "the certificate is for another name")
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
        let greeting: [Step] = [.send("HTTP/1.1 400 Bad Request\r\n\r\n")]
        try await ScriptedPeer.listening(answering: [], greeting: greeting) { peer in
            try await withSender { sender in
                let outcome = await sender.post(.sample(url: "https://127.0.0.1:\(peer.port)/"))
                #expect(outcome.verdict == .failed(.tls))
                #expect(outcome.detail == "what answers there speaks no TLS")
            }
        }
    }

    private func outcome(
        _ certificates: Certificates, demanding client: TestCertificate? = nil
    ) async throws -> AttemptOutcome {
        let context = try TestCertificate.localhost.serverContext(demanding: client)
        return try await ScriptedPeer.listening(answering: [[.answer("200 OK")]], tls: context) { peer in
            try await withSender(certificates: certificates) {
                await $0.post(.sample(url: "https://localhost:\(peer.port)/"))
            }
        }
    }

    private static let pem = TestCertificate.elsewhere.pem
    private static let key = Secret(TestCertificate.keyPEM)

    @Test("A receiver is trusted by the authorities that are given")
    func authorities() async throws {
        #expect(try await outcome(Certificates(authorities: TestCertificate.localhost.pem)).answered == 200)
        #expect(try await outcome(Certificates(authorities: TestCertificate.elsewhere.pem)).verdict == .failed(.tls))
    }

    @Test("A receiver that demands a certificate is shown the one that is given")
    func clientCertificate() async throws {
        let with = Certificates(
            authorities: TestCertificate.localhost.pem, clientCertificate: Self.pem, clientKey: Self.key)
        #expect(try await outcome(with, demanding: .elsewhere).answered == 200)
        let without = Certificates(authorities: TestCertificate.localhost.pem)
        // TLS 1.3 lets a client begin before the server has looked at it: the end may be seen after the handshake.
        let failure = try await outcome(without, demanding: .elsewhere).failure
        #expect(failure == .tls || failure == .reset)
    }

    @Test("PEM files that hold something else are named, all of them")
    func noCertificates() throws {
        let (pem, key) = (Self.pem, Self.key)
        func faults(_ authorities: [UInt8]?, _ certificate: [UInt8]?, _ key: Secret?) -> [Certificates.Fault] {
            Certificates(authorities: authorities, clientCertificate: certificate, clientKey: key).faults
        }
        #expect(faults(pem, pem, key).isEmpty && faults(nil, nil, nil).isEmpty)
        #expect(faults(key.revealedBytes, pem, key) == [.noAuthorities])
        #expect(faults(pem, pem, Secret(Self.otherKey)) == [.notAPair])
        #expect(
            faults(key.revealedBytes, key.revealedBytes, Secret(pem))
                == [.noAuthorities, .noClientCertificate, .noClientKey])
    }

    @Test("Certificates that have expired are told apart")
    func expired() {
        let certificates = Certificates(authorities: Self.pem, clientCertificate: Self.pem, clientKey: Self.key)
        let end = Instant(secondsSince1970: 4_733_510_400)
        #expect(certificates.expiries(now: end).isEmpty)
        #expect(
            certificates.expiries(now: end + .seconds(1)) == [.authorities(end), .clientCertificate(end)])
    }

    /// Made for this test: it signs nothing.
    private static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghMpVa1/dwE41eU2z
        QxK2P+CiPzA2uhf3fFlgWLqmwY6hRANCAAQmx7EoEdEOiXiL7DnFpTM7zbJeALmo
        vyvv7ezEOUD3Hre+vTkFed3VD290MFOY80yIZ2PTwlSnCSHh79G3TLaC
        -----END PRIVATE KEY-----
        """

    @Test("A body without a length ends with its connection, also where that ends without a farewell")
    func noFarewell() async throws {
        for (head, verdict) in [
            ("HTTP/1.0 200 OK\r\n\r\n", AttemptOutcome.Verdict.answered(status: 200)),
            ("HTTP/1.0 503 Busy\r\n\r\n", .answered(status: 503)),
            ("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", .failed(.body)),
        ] {
            let (outcome, _) = try await outcome(
                showing: .localhost, trusting: .localhost, script: [.send(head + "so far"), .leave])
            #expect(outcome.verdict == verdict)
            #expect(outcome.answer == Array("so far".utf8))
        }
    }

    @Test("A connection that cannot be opened fails the one attempt that it was for", arguments: [1, 2])
    func oneConnectionEach(refused: Int) async throws {
        let certificate = TestCertificate.localhost
        try await ScriptedPeer.listening(
            answering: [[.answer("200 OK")]], refusing: refused, tls: certificate.serverContext()
        ) { peer in
            let outcomes = try await withSender(tls: certificate.clientConfiguration()) { sender in
                await withTaskGroup(of: AttemptOutcome.self) { attempts in
                    for _ in 0..<8 {
                        attempts.addTask { await sender.post(.sample(url: "https://localhost:\(peer.port)/")) }
                    }
                    return await attempts.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(outcomes.count { $0.answered == 200 } == 8 - refused, "\(outcomes.map(\.verdict))")
        }
    }

    @Test("What an attempt that was broken off leaves behind is in no later one's way")
    func leftBehind() async throws {
        let certificate = TestCertificate.localhost
        try await ScriptedPeer.listening(
            answering: [[], [.answer("200 OK")]], tls: certificate.serverContext()
        ) { peer in
            try await withSender(tls: certificate.clientConfiguration()) { sender in
                let url = "https://localhost:\(peer.port)/"
                let hanging = Task { await sender.post(.sample(url: url)) }
                #expect(await peer.requests.first { _ in true } != nil)
                hanging.cancel()
                #expect(await hanging.value.verdict == .failed(.interrupted))
                #expect(await sender.post(.sample(url: url)).answered == 200)
            }
        }
    }

    @Test("A body cut off over TLS: body, unless a reset overtakes the head", arguments: [false, true])
    func cutOff(byReset: Bool) async throws {
        let (outcome, _) = try await outcome(
            showing: .localhost, trusting: .localhost,
            script: [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"), byReset ? .reset : .close])
        #expect(outcome.failure == .body || byReset && outcome.failure == .reset)
    }
}
