// A webhook goes out as it is, once, and its answer is read as far as is worth it.

import ChangeFeed
import FoundationEssentials
import ScriptedPeer
import Testing
import WebhookDelivery

@Suite("WebhookSender", .timeLimit(.minutes(60)))
struct WebhookSenderTests {
    @Test("The bytes and headers given are the bytes and headers sent")
    func sentAsGiven() async throws {
        try await ScriptedPeer.listening(answering: [[.answer("204 No Content")]]) { peer in
            let body = Array("{\"name\": \"Hübert\\u0000\"}\n".utf8)
            let post = WebhookPost(
                url: "http://127.0.0.1:\(peer.port)/a%20hook?x=1&y=%C3%BC",
                headers: [("Content-Type", "application/json"), ("webhook-id", "evt_9"), ("X-Twice", "1, 2")],
                body: body)
            let outcome = try await withSender { await $0.post(post) }
            #expect(outcome.verdict == .answered(status: 204))
            #expect(outcome.isSuccess)
            let request = try #require(await peer.requests.first { _ in true })
            #expect(request.line == "POST /a%20hook?x=1&y=%C3%BC HTTP/1.1")
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["webhook-id"] == "evt_9")
            #expect(request.headers["x-twice"] == "1, 2")
            #expect(request.headers["content-length"] == "\(body.count)")
            #expect(request.body == body)
        }
    }

    @Test(
        "Every status is an answer, and a redirect is not followed",
        arguments: [
            200, 202, 301, 302, 303, 307, 308, 400, 404, 410, 429, 500, 503,
        ])
    func statuses(status: Int) async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK")]]) { elsewhere in
            let location = "Location: http://127.0.0.1:\(elsewhere.port)/"
            let outcome = try await outcome(script: [.answer("\(status) So", headers: [location], body: "why")])
            #expect(outcome.verdict == .answered(status: status))
            #expect(outcome.answer == Array("why".utf8))
            #expect(elsewhere.connections == 0)
        }
    }

    @Test(
        "Retry-After is read as seconds or as a date of the receiver's clock",
        arguments: [
            ("120", Duration.seconds(120)), ("Mon, 23 Nov 2026 19:05:05 GMT", .seconds(60)),
            ("Mon, 23 Nov 2026 19:00:00 GMT", .zero), ("later", nil), ("5.0", .seconds(5)),
            ("Monday, 23-Nov-26 19:06:05 GMT", .seconds(120)), ("Mon Nov 23 19:07:05 2026", .seconds(180)),
        ])
    func retryAfter(text: String, duration: Duration?) async throws {
        let headers = ["Date: Mon, 23 Nov 2026 19:04:05 GMT", "Retry-After: \(text)"]
        let outcome = try await outcome(script: [.answer("503 Busy", headers: headers)])
        #expect(outcome.answered == 503)
        #expect(outcome.retryAfter == duration)
    }

    @Test("A date to wait for is told from our own clock where the receiver's Date says what no clock shows")
    func retryAfterBesideNoClock() async throws {
        let then = Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000)) + .minutes(10)
        let headers = ["Date: Mon, 01 Jan 0001 00:00:00 GMT", "Retry-After: \(HTTPDate.format(then))"]
        let wait = try #require(try await outcome(script: [.answer("503 Busy", headers: headers)]).retryAfter)
        #expect(wait > .zero && wait <= .minutes(10))
    }

    @Test("An attempt tells where its time went, as far as it came")
    func phases() async throws {
        let whole = try await outcome(script: [.answer("200 OK", body: "why")])
        let all = AttemptPhases.Phase.allCases.map { whole.phases[$0] }
        #expect(all.allSatisfy { $0 != nil })
        #expect(all.compactMap(\.self).reduce(.zero, +) <= whole.duration)
        let unanswered = try await outcome(script: [.close])
        #expect(unanswered.phases[.connect] != nil && unanswered.phases[.wait] == nil)
        let brokenOff = try await outcome(
            script: [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"), .close])
        #expect(brokenOff.failure == .body && brokenOff.phases[.wait] != nil)
    }

    @Test("The first 16 KiB of an answer are kept, and the connection serves the next attempt")
    func answerKept() async throws {
        let long = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: long)]]) { peer in
            try await withSender { sender in
                for _ in 1...3 {
                    let outcome = await sender.post(.sample(to: peer))
                    #expect(outcome.answered == 200)
                    // Compared outside of the expectation, which would print 16,384 numbers twice.
                    let beginning = outcome.answer == Array(long[..<16_384])
                    #expect(beginning)
                }
            }
            #expect(peer.connections == 1)
        }
    }

    @Test("A connection that nothing is sent on is closed by us")
    func idle() async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: [])]]) { peer in
            try await withSender(idleTimeout: .milliseconds(50)) { sender in
                #expect(await sender.post(.sample(to: peer)).answered == 200)
                #expect(await peer.endings.first { _ in true } != nil)
            }
        }
    }

    @Test("An answer without an end is read to 64 KiB and dropped; its status counts")
    func endlessAnswer() async throws {
        let junk = [UInt8](repeating: UInt8(ascii: "x"), count: 16_384)
        let script: [Step] = [.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"), .sendEndlessly(junk)]
        try await ScriptedPeer.listening(answering: [script]) { peer in
            try await withSender { sender in
                let outcome = await sender.post(.sample(to: peer))
                #expect(outcome.answered == 200)
                #expect(outcome.answer.count == 16_384)
                // The connection ends while the sender lives on; what was written by then fills the buffers between.
                #expect(await peer.endings.first { _ in true } != nil)
                #expect(peer.bytesWritten < 32 << 20)
            }
        }
    }

    @Test("A compressed answer is kept as it came: nothing swells")
    func noDecompression() async throws {
        let headers = ["Content-Encoding: gzip"]
        let outcome = try await outcome(script: [.answer("200 OK", headers: headers, body: "not gzip at all")])
        #expect(outcome.answered == 200)
        #expect(outcome.answer == Array("not gzip at all".utf8))
    }

    @Test("Interim answers are passed over")
    func interim() async throws {
        let script: [Step] = [.send("HTTP/1.1 100 Continue\r\n\r\n"), .answer("200 OK")]
        #expect(try await outcome(script: script).answered == 200)
    }

    @Test("A connection that a receiver ends after its answer costs the next attempt nothing")
    func connectionClosedBetweenAttempts() async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", headers: ["Connection: close"]), .close]]) {
            peer in
            try await withSender { sender in
                for _ in 1...3 { #expect(await sender.post(.sample(to: peer)).answered == 200) }
            }
            #expect(peer.connections == 3)
        }
    }

    @Test(
        "A header that would break the request apart is not sent, and nothing else is either",
        arguments: [
            ("X-Token", "a\r\nX-Other: b"), ("X-Token", "a\nb"), ("X-Token", "a\0"), ("X Token", "a"), ("", "a"),
        ])
    func unfitHeader(name: String, value: String) async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK")]]) { peer in
            try await withSender { sender in
                var post = WebhookPost.sample(to: peer)
                post.headers.append((name: name, value: value))
                #expect(await sender.post(post).failure == .reset)
                #expect(peer.bytesReceived == 0)
                // What stands beyond ASCII is no harm.
                post.headers[post.headers.count - 1] = (name: "X-Token", value: "Hübert\ta")
                #expect(await sender.post(post).answered == 200)
            }
        }
    }
}
