// HTTP Basic as the API takes it: the key is the user, and whatever password there is does not matter.

import FoundationEssentials

package enum BasicCredentials {
    package static func header(apiKey: String) -> HeaderField {
        HeaderField("Authorization", "Basic " + Data("\(apiKey):".utf8).base64EncodedString())
    }

    /// The key presented, or nil. The service also takes a key without the colon that belongs behind it.
    static func apiKey(in headers: [HeaderField]) -> String? {
        guard let value = headers.value(of: "Authorization") else { return nil }
        let parts = value.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1]))
        else {
            return nil
        }
        let decoded = String(decoding: data, as: UTF8.self)
        return decoded.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
    }
}
