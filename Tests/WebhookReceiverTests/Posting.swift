// How the tests send webhooks: signed bodies, through a client that a sender might use.

import AsyncHTTPClient
import ChangeFeed
import NIOCore
import NIOHTTP1
import RunningServices
import WebhookReceiver

let testKey = SigningKey(bytes: Array("a key that only these tests know".utf8))

/// Follows no redirects, as a sender must not. Lives as long as the process.
let client = HTTPClient(
    eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))

/// A body of format `standard`, as the daemon writes it.
func eventBody(
    _ sequence: Int, id: String? = nil, type: String = "contact.updated", record: String = "7",
    changes: String = #"[{"path":"/LAST_NAME","from":"Huber","to":"Hubert"}]"#, account: String? = nil
) -> [UInt8] {
    let account = account.map { #""account":"\#($0)","# } ?? ""
    return Array(
        """
        {"id":"\(id ?? "evt_\(sequence)")","type":"\(type)","timestamp":"2026-11-23T19:04:05Z","data":\
        {\(account)"sequence":\(sequence),"resource":"contacts","id":"\(record)","detected_at":"2026-11-23T19:04:31.120Z",\
        "record":{"CONTACT_ID":\(record)},"changes":\(changes)}}
        """.utf8)
}

/// The headers of Standard Webhooks for a body.
func signedHeaders(
    _ body: [UInt8], id: String, at time: Instant, key: SigningKey = testKey
) -> [(String, String)] {
    let seconds = time.secondsSince1970
    return [
        ("webhook-id", id), ("webhook-timestamp", String(seconds)),
        ("webhook-signature", WebhookSignature.header(id: id, timestamp: seconds, body: body, keys: [key])),
    ]
}

extension ReceivedRequest {
    /// As if it had arrived, signed with the key.
    static func made(
        _ sequence: Int, number: Int, id: String? = nil, record: String = "7", changes: String = "null",
        at time: Instant = Instant(secondsSince1970: 1_795_460_671), key: SigningKey = testKey,
        endpointSequence: Int? = nil, account: String? = nil
    ) -> ReceivedRequest {
        let body = eventBody(sequence, id: id, record: record, changes: changes, account: account)
        var headers = signedHeaders(body, id: id ?? "evt_\(sequence)", at: time, key: key)
        if let endpointSequence { headers.append(("webhook-sequence", String(endpointSequence))) }
        return ReceivedRequest(
            number: number, path: "/", headers: headers.map { HeaderField($0, $1) }, body: body, arrivedAt: time,
            keys: [VerifyingKey(testKey)], tolerance: .minutes(5))
    }
}

/// A receiver that runs for the length of a test, and a way to post to it.
struct RunningReceiver {
    let server: ReceiverServer
    let url: String

    /// Starts a receiver on any free port, runs the test against it, and stops it.
    static func run(
        _ behaviour: ReceiverBehaviour = .accepting, journal: EventJournal? = nil, bodyLimit: Int = 65_536,
        _ test: (RunningReceiver) async throws -> Void
    ) async throws {
        var configuration = ReceiverServer.Configuration(keys: [testKey])
        configuration.behaviour = behaviour
        configuration.journal = journal
        configuration.bodyLimit = bodyLimit
        let server = ReceiverServer(configuration)
        try await running(server) { try await test(RunningReceiver(server: server, url: server.url)) }
    }

    /// Posts a signed event.
    func post(_ sequence: Int, id: String? = nil, record: String = "7") async throws -> HTTPClientResponse {
        let body = eventBody(sequence, id: id, record: record)
        return try await post(body, signedHeaders(body, id: id ?? "evt_\(sequence)", at: .wallClock))
    }

    /// Posts signed events one after the other.
    func statuses(of sequences: Int...) async throws -> [UInt] {
        var statuses: [UInt] = []
        for sequence in sequences { statuses.append(try await post(sequence).status.code) }
        return statuses
    }

    func post(_ body: [UInt8], _ headers: [(String, String)]) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(contentsOf: headers)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await client.execute(request, timeout: .minutes(5))
    }
}
