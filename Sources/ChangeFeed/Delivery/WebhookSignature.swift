// Standard Webhooks signatures: made for every attempt, checked by whoever receives.

import Crypto
import FoundationEssentials

/// A key that signs webhooks. Its bytes never show in a description.
package struct SigningKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var description: String { "signing key of \(bytes.count) bytes" }
    package var debugDescription: String { description }
    /// Without members, so that `dump` and test reports show none.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The `v1` scheme of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, the bytes of the body as sent.
package enum WebhookSignature {
    /// Why a signature does not hold.
    package enum Fault: Error, Sendable, Equatable {
        case headerMissing(String)
        case timestampMalformed
        /// Further than the tolerance from now, to either side: a replay, or a clock that is wrong.
        case timestampOutOfTolerance
        case noMatch
    }

    /// `webhook-signature`: one `v1,<base64>` for each key, one space between.
    package static func header(id: String, timestamp: Int64, body: [UInt8], keys: [SigningKey]) -> String {
        let content = signedContent(id: id, timestamp: String(timestamp), body: body)
        return keys.map { key in
            let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key.bytes))
            return "v1," + Data(code).base64EncodedString()
        }.joined(separator: " ")
    }

    /// Throws unless one of the header's `v1` entries is the signature of one of the keys, compared in constant time.
    package static func verify(
        header: String?, id: String?, timestamp: String?, body: [UInt8], keys: [SigningKey], now: Instant,
        tolerance: Duration = .minutes(5)
    ) throws(Fault) {
        guard let id else { throw .headerMissing("webhook-id") }
        guard let timestamp else { throw .headerMissing("webhook-timestamp") }
        guard let header else { throw .headerMissing("webhook-signature") }
        guard let seconds = Int64(timestamp), abs(seconds) < 100_000_000_000 else { throw .timestampMalformed }
        let age = now - Instant(secondsSince1970: seconds)
        guard age <= tolerance, age >= .zero - tolerance else { throw .timestampOutOfTolerance }
        let content = signedContent(id: id, timestamp: timestamp, body: body)
        for entry in header.split(separator: " ") where entry.hasPrefix("v1,") {
            guard let code = Data(base64Encoded: String(entry.dropFirst(3))) else { continue }
            let isMatch = keys.contains { key in
                HMAC<SHA256>.isValidAuthenticationCode(
                    code, authenticating: content, using: SymmetricKey(data: key.bytes))
            }
            if isMatch { return }
        }
        throw .noMatch
    }

    private static func signedContent(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
