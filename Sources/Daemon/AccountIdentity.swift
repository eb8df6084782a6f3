// What tells one account from another in event ids, and one API and key from another.

import ChangeFeed
import DaemonConfiguration

enum AccountIdentity {
    /// Of an account seen for the first time; the store keeps it from then on, whatever key comes later.
    ///
    /// A fingerprint of base URL and key: half of a SHA-256 tells nothing of a key of 122 random bits.
    static func make(for api: APISettings) -> String {
        fingerprint(of: api).bytes.map { String($0, radix: 16) }.joined(separator: "-")
    }

    static func fingerprint(of api: APISettings) -> Fingerprint {
        let parts = Array(api.baseURL.utf8) + [0] + api.apiKey.revealedBytes
        return Fingerprint(of: parts[...])
    }
}
