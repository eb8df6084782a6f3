// Whether a request was signed by the daemon: Standard Webhooks.

import Crypto
import Foundation

func isGenuine(secret: String, id: String, timestamp: String, signatures: String, body: Data) -> Bool {
    guard let key = Data(base64Encoded: secret.replacing("whsec_", with: "", maxReplacements: 1)),
        let seconds = TimeInterval(timestamp), abs(Date().timeIntervalSince1970 - seconds) <= 300
    else { return false }
    let content = Data("\(id).\(timestamp).".utf8) + body
    return signatures.split(separator: " ").contains { entry in
        guard entry.hasPrefix("v1,"), let code = Data(base64Encoded: String(entry.dropFirst(3))) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: SymmetricKey(data: key))
    }
}
