// No part of an answer passes for the whole, and no peer holds a request longer than it may.

import ChangeFeed
import InsightlyAPI
import ScriptedPeer
import Testing

@Suite("Broken answers of the API", .timeLimit(.minutes(60)))
struct BrokenAnswerTests {
    private static let gzipHead = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// The bytes as one chunk and, if wanted, the end of the body.
    private static func chunk(_ bytes: [UInt8], last: Bool) -> Step {
        .send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array((last ? "\r\n0\r\n\r\n" : "").utf8))
    }

    @Test("A body shorter than its Content-Length broke off", arguments: [Step.close, .reset])
    func shortBody(ending: Step) async throws {
        let result = try await answer(script: [.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[{},{}]"), ending])
        #expect(result.brokeOff, "\(result)")
    }

    @Test("A chunked body without its last chunk broke off", arguments: [Step.close, .reset])
    func unfinishedChunks(ending: Step) async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let result = try await answer(script: [.send(head), .send("7\r\n[{},{}]\r\n"), ending])
        #expect(result.brokeOff, "\(result)")
    }

    @Test("A body of unsaid length broke off: its end looks like a break")
    func unmeasuredBody() async throws {
        let result = try await answer(script: [.send("HTTP/1.1 200 OK\r\n\r\n[{},{}]"), .close])
        #expect(result.brokeOff, "\(result)")
    }

    @Test(
        "No answer, or half a head, broke off", arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le"], [Step.close, .reset])
    func noHead(sent: String, ending: Step) async throws {
        let result = try await answer(script: sent.isEmpty ? [ending] : [.send(sent), ending])
        #expect(result.brokeOff, "\(result)")
    }

    @Test(
        "What is no HTTP broke off",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "<html>\r\n\r\n", "HTTP/1.1 two hundred\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ])
    func noHTTP(sent: String) async throws {
        let result = try await answer(script: [.send(sent), .close])
        #expect(result.brokeOff, "\(result)")
    }

    @Test("Compressed data that ends early broke off, although the transfer is whole", arguments: [1, 9, 20])
    func truncatedGzip(missing: Int) async throws {
        let packed = gzip(Array("[{\"CONTACT_ID\":1},{\"CONTACT_ID\":2}]".utf8))
        let short = Array(packed.dropLast(missing))
        let chunked = try await answer(script: [.send(Self.gzipHead), Self.chunk(short, last: true)])
        #expect(chunked.brokeOff, "\(chunked)")
        let measured = try await answer(
            script: [.answer("200 OK", headers: ["Content-Encoding: gzip"], body: short)])
        #expect(measured.brokeOff, "\(measured)")
    }

    @Test("Compressed data with a wrong byte or checksum broke off")
    func damagedGzip() async throws {
        for position in [0, 15, -6] {
            var packed = gzip(Array("[{\"CONTACT_ID\":1},{\"CONTACT_ID\":2}]".utf8))
            packed[position < 0 ? packed.count + position : position] ^= 0x55
            let result = try await answer(
                script: [.answer("200 OK", headers: ["Content-Encoding: gzip"], body: packed)])
            #expect(result.brokeOff, "byte \(position): \(result)")
        }
    }

    @Test("An encoding that was not asked for is not taken for the body")
    func otherEncodings() async throws {
        let result = try await answer(script: [.answer("200 OK", headers: ["Content-Encoding: br"], body: "????")])
        #expect(result.brokeOff, "\(result)")
    }

    @Test("A page larger than the limit is refused, and one of just that size is not")
    func plainLimit() async throws {
        let just = [UInt8](repeating: UInt8(ascii: " "), count: 5000)
        #expect(try await answer(pageBytes: 5000, script: [.answer("200 OK", body: just)]).get().body == just)
        let over = try await answer(pageBytes: 5000, script: [.answer("200 OK", body: just + [32])])
        #expect(over.failure == .tooLarge(limitBytes: 5000))
    }

    @Test("A gzip bomb is refused at the limit of what comes out of it")
    func bomb() async throws {
        let bomb = gzip([UInt8](repeating: 0, count: 32 << 20))
        let result = try await answer(
            pageBytes: 1 << 20, script: [.answer("200 OK", headers: ["Content-Encoding: gzip"], body: bomb)])
        #expect(result.failure == .tooLarge(limitBytes: 1 << 20))
    }

    @Test("A body without an end is refused at the limit")
    func endless() async throws {
        let junk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        let result = try await answer(script: [
            .send("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n"), .sendEndlessly(junk),
        ])
        #expect(result.failure == .tooLarge(limitBytes: 1 << 20))
    }

    @Test("Headers without an end broke off")
    func endlessHeaders() async throws {
        let lines = Array(String(repeating: "X-More: and more\r\n", count: 1000).utf8)
        let result = try await answer(script: [.send("HTTP/1.1 200 OK\r\n"), .sendEndlessly(lines)])
        #expect(result.brokeOff, "\(result)")
    }
}
