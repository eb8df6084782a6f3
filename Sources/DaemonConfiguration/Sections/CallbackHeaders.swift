// `event.notification.callback.headers`, or `headers` of an endpoint: what may be sent besides the daemon's own headers.

import ChangeFeed

extension EndpointReader {
    /// Headers that the daemon or HTTP itself sets.
    private static let reserved: Set = [
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
        "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent",
    ]
    private static let reservedPrefixes = ["webhook-", "elements-webhook-"]

    mutating func headers() -> [CallbackHeader] {
        let object = value(.headers) { value throws(ValueFault) in try value.asObject("an object of headers") }
        let of = place(.headers)
        var headers: [CallbackHeader] = []
        for member in object.members {
            let place = "\(of).\(member.name)"
            guard isUsable(member.name, at: place) else { continue }
            if headers.contains(where: { $0.name.lowercased() == member.name.lowercased() }) {
                settings.findings.problem(
                    place, "is there twice; capitals do not matter in names of headers", "keep one")
            }
            guard !member.value.isNull else {
                settings.findings.problem(place, "has no value", "write a text, or take it out")
                continue
            }
            guard let value = settings.secret(member.value, at: place) else { continue }
            guard !isToFillIn(value, at: place) else { continue }
            guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                settings.findings.problem(place, "has a line break or control character in its value", "write one line")
                continue
            }
            headers.append(CallbackHeader(name: member.name, value: Secret(value)))
        }
        return headers
    }

    /// A header may say anything, and a scheme before the secret: only what is marked is taken for a place to fill in.
    private mutating func isToFillIn(_ value: [UInt8], at place: String) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        let behindScheme = text.split(separator: " ", maxSplits: 1).dropFirst().map(String.init)
        let parts = [text] + behindScheme + text.split(separator: " ").map(String.init)
        guard let placeholder = parts.lazy.compactMap(Placeholder.init(marked:)).first else { return false }
        let fault = placeholder.fault(right: "write the value, or where it lies, such as {\"credential\": NAME}")
        settings.findings.problem(place, fault.wrong, fault.right)
        return true
    }

    private mutating func isUsable(_ name: String, at place: String) -> Bool {
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) && $0 & 0x40 != 0
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
        guard isToken else {
            settings.findings.problem(
                place, "is not a header's name", "write letters, digits and hyphens, such as X-Tenant")
            return false
        }
        let folded = name.lowercased()
        guard !Self.reserved.contains(folded), !Self.reservedPrefixes.contains(where: folded.hasPrefix) else {
            settings.findings.problem(
                place, "is a header that the daemon sets itself", "take it out, or give it another name")
            return false
        }
        return true
    }
}
