// What is read from a whole answer.

import ChangeFeed
import FoundationEssentials
import InsightlyAPI
import ScriptedPeer
import Testing

@Suite("Answers of the API", .timeLimit(.minutes(60)))
struct AnswerTests {
    private func response(_ headers: [String], status: String = "200 OK") async throws -> APIResponse {
        try await answer(script: [.answer(status, headers: headers, body: "[]")]).get()
    }

    @Test("The server's clock, the count and the quota are read whatever the case of their names")
    func headers() async throws {
        let response = try await response([
            "dAtE: Mon, 23 Nov 2026 19:04:05 GMT", "x-total-count: 81", "X-RATELIMIT-LIMIT: 100000",
            "X-RateLimit-Remaining: 99986",
        ])
        #expect(response.date == Instant(secondsSince1970: 1_795_460_645))
        #expect(response.totalCount == 81)
        #expect(response.dailyLimit == 100_000)
        #expect(response.dailyRemaining == 99_986)
        #expect(response.retryAfter == nil)
    }

    @Test("A quota without a limit, announced as the largest number there is, is one that can be calculated with")
    func unlimited() async throws {
        let response = try await response([
            "X-RateLimit-Limit: 9223372036854775807", "X-RateLimit-Remaining: 9223372036854775807",
        ])
        #expect(response.dailyLimit == Limits.largestCount)
        #expect(response.dailyRemaining == Limits.largestCount)
    }

    @Test("Headers that make no sense are taken for absent")
    func garbage() async throws {
        let response = try await response([
            "Date: yesterday", "X-Total-Count: many", "X-RateLimit-Limit: -1",
            "X-RateLimit-Remaining: 99999999999999999999", "Retry-After: soon",
        ])
        #expect(response.date == nil)
        #expect(response.totalCount == nil)
        #expect(response.dailyLimit == nil)
        #expect(response.dailyRemaining == nil)
        #expect(response.quotaIsUnreadable)
        #expect(response.retryAfter == nil)
    }

    @Test(
        "What is left of the quota is read where it is less than nothing, or said twice; what is said in two ways is not",
        arguments: [
            (["X-RateLimit-Remaining: -12"], 0, false),
            (["X-RateLimit-Remaining: 7", "X-RateLimit-Remaining: 7"], 7, false),
            (["X-RateLimit-Remaining: 7, 7"], 7, false),
            (["X-RateLimit-Remaining: 7", "X-RateLimit-Remaining: 9"], nil, true),
            (["X-RateLimit-Remaining: plenty"], nil, true), (["X-RateLimit-Remaining: "], nil, true), ([], nil, false),
        ] as [([String], Int?, Bool)])
    func remaining(headers: [String], remaining: Int?, isUnreadable: Bool) async throws {
        let response = try await response(["X-RateLimit-Limit: 1000"] + headers)
        #expect(response.dailyRemaining == remaining)
        #expect(response.quotaIsUnreadable == isUnreadable)
        #expect(response.dailyLimit == 1_000)
    }

    @Test(
        "Of a redirect, host and port are told, and nothing that may be secret",
        arguments: [
            ("https://user:pass@API.eu1.insightly.com/v3.1/Contacts?key=s3cret", "https://api.eu1.insightly.com"),
            ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"), ("/elsewhere", nil), ("ftp://host/", nil),
        ] as [(String, String?)])
    func redirectTarget(location: String, origin: String?) async throws {
        let response = try await response(["Location: \(location)"], status: "301 Moved Permanently")
        #expect(response.redirectsTo == origin)
    }

    @Test("A date to wait for is told from our own clock where Date says what no clock shows")
    func retryAfterBesideNoClock() async throws {
        let then = Instant(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000)) + .minutes(10)
        let response = try await response([
            "Date: Mon, 01 Jan 0001 00:00:00 GMT", "Retry-After: \(HTTPDate.format(then))",
        ])
        let wait = try #require(response.retryAfter)
        #expect(wait > .zero && wait <= .minutes(10))
        #expect(response.serverTime == nil)
    }

    @Test(
        "Retry-After is seconds, or a date by the server's clock, and never negative",
        arguments: [
            ("7", Duration.seconds(7)), ("0", .zero), ("-5", .zero), ("Mon, 23 Nov 2026 19:05:05 GMT", .seconds(60)),
            ("Mon, 23 Nov 2026 19:00:00 GMT", .zero),
        ])
    func retryAfter(text: String, duration: Duration) async throws {
        let response = try await response(
            ["Date: Mon, 23 Nov 2026 19:04:05 GMT", "Retry-After: \(text)"], status: "429 Too Many Requests")
        #expect(response.retryAfter == duration)
    }

    @Test("Without the server's clock, a date to wait for is held against ours")
    func retryAfterByOurClock() async throws {
        let inAnHour = Instant(secondsSince1970: Int64(Date.now.timeIntervalSince1970) + 3600)
        let response = try await response(["Retry-After: \(HTTPDate.format(inAnHour))"])
        let wait = try #require(response.retryAfter)
        #expect(wait > .minutes(50) && wait <= .hours(1))
    }

    @Test("An answer is an answer whatever its status", arguments: [201, 304, 400, 401, 403, 404, 429, 500, 503])
    func statuses(status: Int) async throws {
        let body = status == 304 ? "" : "{}"
        let response = try await answer(script: [.answer("\(status) So", body: body)]).get()
        #expect(response.status == status)
        #expect(response.body == Array(body.utf8))
    }

    @Test("A redirect is answered, not followed: the key does not travel", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: "stolen")]]) { thief in
            let location = "Location: http://127.0.0.1:\(thief.port)/"
            let response = try await answer(script: [.answer("\(status) Elsewhere", headers: [location])]).get()
            #expect(response.status == status)
            #expect(response.body.isEmpty)
            #expect(thief.connections == 0)
        }
    }

    @Test("A compressed body arrives as it was before, in one piece or byte by byte")
    func gzipBodies() async throws {
        let text = Array(String(repeating: #"{"CONTACT_ID":366638973,"LAST_NAME":"Hübert"},"#, count: 2000).utf8)
        let whole = Step.answer("200 OK", headers: ["Content-Encoding: gzip"], body: gzip(text))
        #expect(try await answer(script: [whole]).get().body == text)
        let packed = gzip(text)
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"
        let dripped = try await answer(script: [.send(head), .drip(packed, every: .microseconds(10))])
        #expect(try dripped.get().body == text)
    }

    @Test("A chunked body arrives whole")
    func chunks() async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answered = try await answer(script: [.send(head), .send("3\r\n[1,\r\n"), .send("2\r\n2]\r\n0\r\n\r\n")])
        #expect(try answered.get().body == Array("[1,2]".utf8))
    }

    @Test("Interim answers are passed over")
    func interim() async throws {
        let early = Step.send("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n")
        #expect(try await answer(script: [early, .answer("200 OK", body: "[]")]).get().status == 200)
    }

    @Test("The time the exchange took is measured")
    func duration() async throws {
        let slow = Step.drip(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8), every: .milliseconds(2))
        #expect(try await answer(script: [slow]).get().duration >= .milliseconds(70))
    }
}
