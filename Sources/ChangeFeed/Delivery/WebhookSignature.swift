// Standard Webhooks signatures: made for every attempt, checked by whoever receives.

import FoundationEssentials

/// The schemes `v1` and `v1a` of Standard Webhooks 1.0: HMAC-SHA256 or Ed25519 over `id.timestamp.body`, the bytes of the
/// body as sent.
package enum WebhookSignature {
    /// Why a signature does not hold.
    package enum Fault: Error, Sendable, Equatable {
        case headerMissing(String)
        case timestampMalformed
        /// Further than the tolerance from now, to either side: a replay, or a clock that is wrong.
        case timestampOutOfTolerance
        case noMatch
    }

    /// `webhook-signature`: one `v1,<base64>` or `v1a,<base64>` for each key, one space between.
    package static func header(id: String, timestamp: Int64, body: [UInt8], keys: [SigningKey]) -> String {
        let content = signedContent(id: id, timestamp: String(timestamp), body: body)
        return keys.map { $0.signature(of: content) }.joined(separator: " ")
    }

    /// `Elements-Webhook-Signature` of the vendor's integration platform: HMAC-SHA256 over the body alone. The header holds
    /// one signature, so the first shared key makes it; nil where there is none.
    package static func elementsHeader(body: [UInt8], keys: [SigningKey]) -> String? {
        keys.first { $0.scheme == .shared }.map {
            "sha256=" + Data($0.authenticationCode(of: body)).base64EncodedString()
        }
    }

    /// Throws unless one of the header's entries is the signature of one of the keys, compared in constant time.
    package static func verify(
        header: String?, id: String?, timestamp: String?, body: [UInt8], keys: [VerifyingKey], now: Instant,
        tolerance: Duration = .minutes(5)
    ) throws(Fault) {
        guard let id else { throw .headerMissing(WebhookHeader.id.rawValue) }
        guard let timestamp else { throw .headerMissing(WebhookHeader.timestamp.rawValue) }
        guard let header else { throw .headerMissing(WebhookHeader.signature.rawValue) }
        // Without a sign before it is taken away: the least Int64 has no counterpart above zero.
        guard let seconds = Int64(timestamp), seconds.magnitude < 100_000_000_000 else { throw .timestampMalformed }
        let age = now - Instant(secondsSince1970: seconds)
        guard age <= tolerance, age >= .zero - tolerance else { throw .timestampOutOfTolerance }
        let content = signedContent(id: id, timestamp: timestamp, body: body)
        for entry in header.split(separator: " ") where keys.contains(where: { $0.accepts(entry, of: content) }) {
            return
        }
        throw .noMatch
    }

    private static func signedContent(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
