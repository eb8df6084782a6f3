// One request of a client to a scripted peer, as most tests here make it.

import ChangeFeed
import InsightlyAPI
import NIOSSL
import ScriptedPeer

let contacts = APIRequest(target: RequestTarget(path: "/Contacts"), purpose: .poll)

/// Makes a client for the time of the body.
func withClient<Result>(
    baseURL: String, apiKey: String = "key", timeouts: InsightlyClient.Timeouts = .patient, pageBytes: Int = 1 << 20,
    tls: TLSConfiguration = .makeClientConfiguration(), _ body: (InsightlyClient) async throws -> Result
) async throws -> Result {
    let transport = InsightlyTransport(timeouts: timeouts, pageBytes: pageBytes, tls: tls)
    let client = InsightlyClient(baseURL: baseURL, apiKey: apiKey, version: "1.2.3", over: transport)
    do {
        let result = try await body(client)
        try await transport.shutdown()
        return result
    } catch {
        try? await transport.shutdown()
        throw error
    }
}

/// Sends one request to a peer that plays one script for it.
func answer(
    to request: APIRequest = contacts, timeouts: InsightlyClient.Timeouts = .patient, pageBytes: Int = 1 << 20,
    script: [Step]
) async throws -> APIResult {
    try await ScriptedPeer.listening(answering: [script]) { peer in
        try await withClient(
            baseURL: "http://127.0.0.1:\(peer.port)/v3.1/", timeouts: timeouts, pageBytes: pageBytes
        ) { client in
            await client.send(request)
        }
    }
}

extension InsightlyClient.Timeouts {
    /// On a busy machine a test may wait half a minute for its turn.
    static var patient: Self {
        var timeouts = Self()
        (timeouts.connect, timeouts.idle, timeouts.secondLook) = (.seconds(50), .seconds(50), .seconds(50))
        return timeouts
    }

    static func total(_ total: Duration) -> Self {
        var timeouts = patient
        timeouts.total = total
        return timeouts
    }
}

extension APIResult {
    var failure: APIFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }

    var brokeOff: Bool {
        if case .brokenOff = failure { true } else { false }
    }
}
