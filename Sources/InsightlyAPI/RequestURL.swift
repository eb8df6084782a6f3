// From what is asked to the URL that asks it.

import ChangeFeed

extension RequestTarget {
    /// The absolute URL under a base URL such as `https://api.na1.insightly.com/v3.1/`, with or without its last slash.
    func url(under baseURL: String) -> String {
        var url = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        url += Self.encoded(path, keeping: "/")
        for (index, item) in query.enumerated() {
            url += index == 0 ? "?" : "&"
            // The colons of a time may stand as they are (RFC 3986, 3.4), and read better in a server's log.
            url += Self.encoded(item.name) + "=" + Self.encoded(item.value, keeping: ":")
        }
        return url
    }

    /// Everything but RFC 3986's unreserved characters is percent-encoded, `+` above all: servers read it as a space.
    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if unreserved.contains(byte) || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let unreserved = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
