// Every way an attempt fails has its class, and none is tried a second time within the attempt.

import ChangeFeed
import NIOCore
import ScriptedPeer
import Testing
import WebhookDelivery

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Failures of an attempt", .timeLimit(.minutes(60)))
struct FailureClassTests {
    /// Three times, because an end can come in the middle of different moves of the client.
    private func expect(_ failures: AttemptFailure..., greeting: [Step] = [], script: [Step]) async throws {
        for _ in 1...3 {
            try await ScriptedPeer.listening(answering: [script], greeting: greeting) { peer in
                try await withSender { sender in
                    let failure = await sender.post(.sample(to: peer)).failure
                    #expect(failure.map(failures.contains) == true, "\(String(describing: failure))")
                }
                #expect(peer.connections == 1, "one attempt is one connection")
            }
        }
    }

    @Test("A name that does not exist: dns", arguments: ["http://nobody.invalid/", "https://nobody.invalid/"])
    func unknownName(url: String) async throws {
        try await withSender { sender in
            #expect(await sender.post(.sample(url: url)).verdict == .failed(.dns))
        }
    }

    @Test("A port nobody listens on: refused, at once", arguments: ["127.0.0.1", "localhost"], ["http", "https"])
    func refused(host: String, scheme: String) async throws {
        let port = try #require(DeafPort())
        try await withSender { sender in
            // A busy machine makes some attempts slow; waiting for the connect timeout of 5 s would make all of them.
            var shortest = Duration.seconds(60)
            for _ in 0..<5 where shortest > .seconds(4) {
                let outcome = await sender.post(.sample(url: "\(scheme)://\(host):\(port.number)/"))
                #expect(outcome.verdict == .failed(.refused))
                shortest = min(shortest, outcome.duration)
            }
            #expect(shortest < .seconds(4))
        }
        withExtendedLifetime(port) {}
    }

    @Test("What this process lacks is no failure of the receiver: shortage, with what is lacking")
    func shortage() async throws {
        for (code, what) in [(EMFILE, "files"), (ENFILE, "files"), (ENOMEM, "memory"), (ENOBUFS, "buffers")] {
            let lookup = HostLookup { _ in throw IOError(errnoCode: code, reason: "socket") }
            try await withSender(lookup: lookup) { sender in
                let outcome = await sender.post(.sample(url: "http://receiver.example/"))
                #expect(outcome.verdict == .failed(.shortage))
                #expect(outcome.detail?.contains(what) == true)
            }
        }
    }

    @Test("The connection ends before the answer: reset", arguments: [Step.close, .reset])
    func endsBeforeAnswer(ending: Step) async throws {
        try await expect(.reset, script: [ending])
    }

    @Test("The connection ends within the head: reset", arguments: [Step.close, .reset])
    func endsWithinHead(ending: Step) async throws {
        try await expect(.reset, script: [.send("HTTP/1.1 200 OK\r\nContent-Le"), ending])
    }

    private static let brokenOff = [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    ]

    @Test("The connection ends within the body: body, whatever status was seen", arguments: brokenOff)
    func endsWithinBody(sent: String) async throws {
        try await expect(.body, script: [.send(sent), .close])
    }

    @Test("What the head of an answer said holds where its body is broken off, unless it was a 2xx")
    func headHolds() async throws {
        let asks = "Content-Length: 9\r\nRetry-After: 7\r\nwebhook-delivery: disable\r\n\r\nshort"
        let refused = try await outcome(script: [.send("HTTP/1.1 410 Gone\r\n\(asks)"), .close])
        #expect(refused.failure == .body && refused.status == 410)
        #expect(refused.retryAfter == .seconds(7) && refused.directive == .disable)
        #expect(refused.answer == Array("short".utf8))
        let taken = try await outcome(script: [.send("HTTP/1.1 200 OK\r\n\(asks)"), .close])
        #expect(taken.failure == .body && taken.status == 200)
        #expect(taken.retryAfter == nil && taken.directive == nil)
    }

    @Test("The connection is reset within the body: body, unless the reset overtakes the head", arguments: brokenOff)
    func resetWithinBody(sent: String) async throws {
        try await expect(.body, .reset, script: [.send(sent), .reset])
    }

    @Test("A body that breaks the rules: body")
    func malformedBody() async throws {
        try await expect(
            .body, script: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")])
    }

    @Test(
        "An answer that is not HTTP: malformed",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 two hundred\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        ])
    func malformed(sent: String) async throws {
        try await expect(.malformed, script: [.send(sent)])
    }

    @Test("HTTP/2 where HTTP/1.1 was asked for: malformed or reset, and the detail says so")
    func http2Only() async throws {
        let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100]
        let farewell: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        for script: [Step] in [[.send(settings + farewell), .close], [.send(settings), .send(farewell)]] {
            let outcome = try await outcome(script: script)
            #expect([.malformed, .reset].contains(outcome.failure))
            #expect(outcome.detail?.hasPrefix("HTTP/2 is spoken there without TLS") == true)
        }
        // As soon as somebody connects.
        try await ScriptedPeer.listening(answering: [[]], greeting: [.send(settings)]) { peer in
            let outcome = try await withSender { await $0.post(.sample(to: peer)) }
            #expect(outcome.detail?.hasPrefix("HTTP/2 is spoken there without TLS") == true)
        }
        #expect(try await outcome(script: [.send("SSH-2.0-OpenSSH_9.2\r\n")]).detail == nil)
    }

    @Test("Headers without an end: malformed")
    func endlessHeaders() async throws {
        let lines = Array(String(repeating: "X-More: and more\r\n", count: 1000).utf8)
        try await expect(.malformed, script: [.send("HTTP/1.1 200 OK\r\n"), .sendEndlessly(lines)])
    }

    @Test("One header without an end: malformed")
    func endlessHeader() async throws {
        let more = [UInt8](repeating: UInt8(ascii: "x"), count: 16_384)
        try await expect(.malformed, script: [.send("HTTP/1.1 200 OK\r\nX-Long: "), .sendEndlessly(more)])
    }

    @Test(
        "Silence, a head that drips and a body that drips: timeout",
        arguments: [
            [],
            [
                Step.drip(
                    Array("HTTP/1.1 200 OK\r\nX-Long: ".utf8) + [UInt8](repeating: 120, count: 99_999),
                    every: .milliseconds(5))
            ],
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
                .drip([UInt8](repeating: 120, count: 99_999), every: .milliseconds(5)),
            ],
        ])
    func timeout(script: [Step]) async throws {
        let outcome = try await outcome(timeout: .milliseconds(250), script: script)
        #expect(outcome.verdict == .failed(.timeout))
        #expect(outcome.duration >= .milliseconds(250))
    }

    @Test("A handshake that is never answered: timeout")
    func silentHandshake() async throws {
        try await ScriptedPeer.listening(answering: []) { peer in
            try await withSender(timeout: .milliseconds(250)) { sender in
                let outcome = await sender.post(.sample(url: "https://127.0.0.1:\(peer.port)/"))
                #expect(outcome.verdict == .failed(.timeout))
            }
        }
    }

    @Test("A resolver that never answers: timeout")
    func silentResolver() async throws {
        // The stream's other end is held, so that nothing ever comes and nothing ends before the lookup is cancelled.
        let (answers, answer) = AsyncStream.makeStream(of: [IPAddress].self)
        defer { answer.finish() }
        let silent = HostLookup { _ in
            for await addresses in answers { return addresses }
            throw CancellationError()
        }
        try await withSender(timeout: .milliseconds(250), lookup: silent) { sender in
            #expect(await sender.post(.sample(url: "http://slow.example/")).verdict == .failed(.timeout))
        }
    }

    @Test("A stop in the middle of an attempt: interrupted, and the connection ends")
    func interrupted() async throws {
        try await ScriptedPeer.listening(answering: [[]]) { peer in
            try await withSender { sender in
                let posting = Task { await sender.post(.sample(to: peer)) }
                _ = await peer.requests.first { _ in true }
                posting.cancel()
                #expect(await posting.value.verdict == .failed(.interrupted))
                #expect(await peer.endings.first { _ in true } != nil)
            }
        }
    }
}
