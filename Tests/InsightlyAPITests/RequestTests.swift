// What goes out to the API.

import ChangeFeed
import InsightlyAPI
import ScriptedPeer
import Testing

@Suite("Requests to the API", .timeLimit(.minutes(60)))
struct RequestTests {
    private func request(
        _ target: RequestTarget, base: String = "/v3.1/", apiKey: String = "key"
    ) async throws -> ReceivedRequest {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: "[]")]]) { peer in
            try await withClient(baseURL: "http://127.0.0.1:\(peer.port)\(base)", apiKey: apiKey) { client in
                _ = try await client.send(APIRequest(target: target, purpose: .poll)).get()
                return try #require(await peer.requests.first { _ in true })
            }
        }
    }

    @Test("The path hangs under the base URL, whether that ends in a slash or not")
    func basePaths() async throws {
        let target = RequestTarget(path: "/Contacts/Search")
        #expect(try await request(target, base: "/v3.1/").line == "GET /v3.1/Contacts/Search HTTP/1.1")
        #expect(try await request(target, base: "/v3.1").line == "GET /v3.1/Contacts/Search HTTP/1.1")
        #expect(try await request(target, base: "/").line == "GET /Contacts/Search HTTP/1.1")
        #expect(try await request(target, base: "").line == "GET /Contacts/Search HTTP/1.1")
    }

    @Test(
        "Values are encoded so that a server reads back what was meant",
        arguments: [
            ("2026-11-23T19:04:05Z", "2026-11-23T19:04:05Z"), ("2026-11-23 19:04:05", "2026-11-23%2019:04:05"),
            ("a+b&c=d", "a%2Bb%26c%3Dd"), ("Müller %", "M%C3%BCller%20%25"), ("日本?#/", "%E6%97%A5%E6%9C%AC%3F%23%2F"),
            ("", ""),
        ])
    func queryEncoding(value: String, encoded: String) async throws {
        let target = RequestTarget(path: "/Leads", query: [QueryItem("top", "5"), QueryItem("field_value", value)])
        #expect(try await request(target).line == "GET /v3.1/Leads?top=5&field_value=\(encoded) HTTP/1.1")
    }

    @Test("A path with a space or an umlaut stays one path")
    func pathEncoding() async throws {
        let target = RequestTarget(path: "/Früchte und mehr__c")
        #expect(try await request(target).line == "GET /v3.1/Fr%C3%BCchte%20und%20mehr__c HTTP/1.1")
    }

    @Test("The key is the user of HTTP Basic, with a blank password")
    func credentials() async throws {
        let headers = try await request(RequestTarget(path: "/Contacts"), apiKey: "6f1c-öß").headers
        #expect(headers["authorization"] == "Basic NmYxYy3DtsOfOg==")
    }

    @Test("JSON is asked for, in gzip, by a program that says its name and version")
    func otherHeaders() async throws {
        let headers = try await request(RequestTarget(path: "/Contacts")).headers
        #expect(headers["accept"] == "application/json")
        #expect(headers["accept-encoding"] == "gzip")
        #expect(headers["user-agent"] == "insightly-webhooks/1.2.3")
    }

    @Test("Requests that follow each other share a connection")
    func keepAlive() async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: "[]")]]) { peer in
            try await withClient(baseURL: "http://127.0.0.1:\(peer.port)") { client in
                for _ in 1...3 { _ = try await client.send(contacts).get() }
            }
            #expect(peer.connections == 1)
        }
    }
}
