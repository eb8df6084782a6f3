// What tells one account from another in event ids, and one API and key from another.

import ChangeFeed
import DaemonConfiguration

enum AccountIdentity {
    /// Of an account seen for the first time; the store keeps it from then on, whatever key comes later.
    ///
    /// A fingerprint of base URL and key: half of a SHA-256 tells nothing of a key of 122 random bits.
    /// Two accounts may have the same key by mistake; their names tell them apart.
    static func make(for api: APISettings, title: String?) -> String {
        let fingerprint =
            title.map { Fingerprint(of: (parts(of: api) + [0] + Array($0.utf8))[...]) } ?? fingerprint(of: api)
        return fingerprint.bytes.map { String($0, radix: 16) }.joined(separator: "-")
    }

    static func fingerprint(of api: APISettings) -> Fingerprint { Fingerprint(of: parts(of: api)[...]) }

    private static func parts(of api: APISettings) -> [UInt8] {
        Array(api.baseURL.utf8) + [0] + api.apiKey.revealedBytes
    }
}
