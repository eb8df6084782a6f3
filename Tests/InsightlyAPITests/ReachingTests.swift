// Requests that meet nobody, somebody silent, or somebody else; and what their errors may say.

import ChangeFeed
import InsightlyAPI
import NIOSSL
import ScriptedPeer
import StartedPrograms
import Testing

@Suite("Reaching the API", .timeLimit(.minutes(60)))
struct ReachingTests {
    /// What ends at the total timeout once the request is under way. On a busy machine a short one may be over before
    /// there is a connection, which is told by other words: then there is more time.
    private func expectTimeout(script: [Step]) async throws {
        for total in [Duration.milliseconds(200), .seconds(2), .seconds(20)] {
            let result = try await answer(timeouts: .total(total), script: script)
            if result.failure == .connectTimedOut(after: total) { continue }
            #expect(result.failure == .timedOut(after: total))
            return
        }
        Issue.record("there was no connection within 20 s")
    }

    @Test("Silence after the request ends at the total timeout")
    func silence() async throws {
        try await expectTimeout(script: [])
    }

    @Test("A body that drips ends at the total timeout: it covers the body")
    func dripping() async throws {
        let head = Step.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try await expectTimeout(script: [head, .drip([UInt8](repeating: 32, count: 100_000), every: .milliseconds(5))])
    }

    @Test("Cancelling the task ends the request and its connection")
    func cancellation() async throws {
        try await ScriptedPeer.listening(answering: [[]]) { peer in
            try await withClient(baseURL: "http://127.0.0.1:\(peer.port)/v3.1") { client in
                let sending = Task { await client.send(contacts) }
                _ = await peer.requests.first { _ in true }
                sending.cancel()
                #expect(await sending.value.brokeOff)
                #expect(await peer.endings.first { _ in true } != nil)
            }
        }
    }

    @Test("A port nobody listens on is unreachable, at once and not after the connect timeout")
    func refused() async throws {
        let port = try #require(DeafPort())
        for host in ["127.0.0.1", "localhost"] {
            // A busy machine makes some attempts slow; waiting for the connect timeout of 10 s would make all of them.
            var shortest = Duration.seconds(60)
            for _ in 0..<5 where shortest > .seconds(9) {
                let start = ContinuousClock.now
                let result = try await withClient(baseURL: "http://\(host):\(port.number)/v3.1/") {
                    await $0.send(contacts)
                }
                shortest = min(shortest, ContinuousClock.now - start)
                guard case .unreachable(let why) = result.failure else {
                    Issue.record("\(host): \(result)")
                    continue
                }
                #expect(why.contains("nobody accepts connections"))
            }
            #expect(shortest < .seconds(9))
        }
        withExtendedLifetime(port) {}
    }

    @Test("A name that does not exist is unreachable, and the failure names it")
    func unknownName() async throws {
        let result = try await withClient(baseURL: "https://na9.invalid/v3.1/") { await $0.send(contacts) }
        guard case .unreachable(let why) = result.failure else {
            Issue.record("\(result)")
            return
        }
        #expect(why.contains("na9.invalid"))
    }

    @Test("A server that proves who it is is read over TLS")
    func trusted() async throws {
        let certificate = TestCertificate.localhost
        let script: [Step] = [.answer("200 OK", body: "[]")]
        try await ScriptedPeer.listening(answering: [script], tls: certificate.serverContext()) { peer in
            let tls = try certificate.clientConfiguration()
            let result = try await withClient(baseURL: "https://localhost:\(peer.port)/", tls: tls) {
                await $0.send(contacts)
            }
            #expect(try result.get().status == 200)
        }
    }

    @Test("A certificate nobody vouches for, or of another name, gets no request", arguments: [false, true])
    func untrusted(trusted: Bool) async throws {
        let certificate = TestCertificate.elsewhere
        try await ScriptedPeer.listening(answering: [[]], tls: certificate.serverContext()) { peer in
            let tls = trusted ? try certificate.clientConfiguration() : .makeClientConfiguration()
            let result = try await withClient(baseURL: "https://localhost:\(peer.port)/", tls: tls) {
                await $0.send(contacts)
            }
            guard case .tlsFailed = result.failure else {
                Issue.record("\(result)")
                return
            }
            #expect(peer.bytesReceived == 0)
        }
    }

    @Test("A failure of TLS says what is wrong, without a path of the library's")
    func wordsOfTLS() async throws {
        let cases: [(TestCertificate, TestCertificate, String)] = [
            (.expired, .expired, "the certificate has expired (2021-01-01"),
            (.future, .future, "the certificate is not valid yet"), (.clients, .elsewhere, "not made for servers"),
            (.localhost, .elsewhere, "no authority that is trusted vouches for the certificate"),
            (.elsewhere, .elsewhere, "the certificate is for another name"),
        ]
        for (shown, trusted, words) in cases {
            try await ScriptedPeer.listening(answering: [[]], tls: shown.serverContext()) { peer in
                let tls = try trusted.clientConfiguration()
                let result = try await withClient(baseURL: "https://localhost:\(peer.port)/v3.1/", tls: tls) {
                    await $0.send(contacts)
                }
                guard case .tlsFailed(let why) = result.failure else {
                    Issue.record("\(result)")
                    return
                }
                #expect(why.contains(words) && !why.contains("/"), "\(why)")
            }
        }
        try await OpenSSLServer.serving(["-alpn", "h2"]) { server in
            let result = try await withClient(baseURL: "https://localhost:\(server.port)/") { await $0.send(contacts) }
            #expect("\(result)".contains("HTTP/1.1 is not spoken there"))
        }
    }

    @Test("A server that does not speak TLS on an https URL is a failure of TLS")
    func plainInsteadOfTLS() async throws {
        let greeting: [Step] = [.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .close]
        try await ScriptedPeer.listening(answering: [], greeting: greeting) { peer in
            let result = try await withClient(baseURL: "https://127.0.0.1:\(peer.port)/") { await $0.send(contacts) }
            guard case .tlsFailed(let why) = result.failure else {
                Issue.record("\(result)")
                return
            }
            #expect(why.contains("TLS") && !why.contains("/"))
        }
    }

    @Test("No failure says the key, and each says what to look at")
    func secrecy() async throws {
        let key = "5e-c4-e7"
        let failures: [[Step]] = [[.close], [.reset], [.send("nonsense\r\n\r\n")], [.send("HTTP/1.1 200 OK\r\nA")]]
        for script in failures {
            try await ScriptedPeer.listening(answering: [script]) { peer in
                let result = try await withClient(
                    baseURL: "http://127.0.0.1:\(peer.port)", apiKey: key, timeouts: .total(.milliseconds(500))
                ) {
                    await $0.send(contacts)
                }
                let failure = try #require(result.failure)
                #expect(!"\(failure)".contains(key) && !"\(failure)".contains("NWUtYzQtZTc6"))
                #expect("\(failure)".contains("the API"))
            }
        }
    }
}
