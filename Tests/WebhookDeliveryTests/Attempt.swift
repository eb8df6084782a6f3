// One attempt of a sender at a scripted peer, as most tests here make it.

import ChangeFeed
import NIOSSL
import ScriptedPeer
import WebhookDelivery

let loopback = AddressGuard(allowed: ["127.0.0.0/8", "::1"].compactMap { IPNetwork($0) })
let nowhere = AddressGuard(allowed: [])

/// Makes a sender for the time of the body.
///
/// On a busy machine a test may wait half a minute for its turn: meanwhile no attempt times out that is not meant to, and
/// no connection is closed for being idle.
func withSender<Result>(
    _ addressGuard: AddressGuard = loopback, timeout: Duration = .seconds(50), idleTimeout: Duration = .seconds(50),
    lookup: HostLookup = .system, lookupMemory: Duration = .seconds(50), certificates: Certificates = Certificates(),
    tls: TLSConfiguration? = nil, _ body: (WebhookSender) async throws -> Result
) async throws -> Result {
    var patience = WebhookSender.Patience()
    (patience.connecting, patience.secondLook) = (timeout, .seconds(50))
    let sender = try WebhookSender(
        addressGuard: addressGuard, timeout: timeout, idleTimeout: idleTimeout, lookup: lookup,
        lookupMemory: lookupMemory, certificates: certificates, tls: tls, patience: patience)
    do {
        let result = try await body(sender)
        await sender.shutdown()
        return result
    } catch {
        await sender.shutdown()
        throw error
    }
}

/// Sends one webhook to a peer that plays one script for it.
func outcome(timeout: Duration = .seconds(50), script: [Step]) async throws -> AttemptOutcome {
    try await ScriptedPeer.listening(answering: [script]) { peer in
        try await withSender(timeout: timeout) { await $0.post(.sample(to: peer)) }
    }
}

extension WebhookPost {
    static func sample(to peer: ScriptedPeer) -> WebhookPost {
        sample(url: "http://127.0.0.1:\(peer.port)/hook")
    }

    static func sample(url: String) -> WebhookPost {
        let headers = [("Content-Type", "application/json"), ("webhook-id", "evt_1")]
        return WebhookPost(
            url: url, headers: headers.map { (name: $0, value: $1) }, body: Array(#"{"id":"evt_1"}"#.utf8))
    }
}

extension AttemptOutcome {
    /// Of a whole answer.
    var answered: Int? {
        if case .answered(let status) = verdict { status } else { nil }
    }
}
