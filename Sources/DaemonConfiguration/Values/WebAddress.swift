// URLs that the daemon is to call, checked before anything is sent there.

import ChangeFeed

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An http or https URL. Its text is in no fault: a path or query may carry a token.
struct WebAddress {
    let text: String
    let isHTTPS: Bool
    /// A name or a literal address, an IPv6 one without its brackets.
    let host: String

    /// - Parameter queryAllowed: whether parameters may follow the path.
    init(_ value: JSONValue, example: String, queryAllowed: Bool) throws(ValueFault) {
        let right = "write a URL such as \(example)"
        guard case .string(let given) = value else {
            throw ValueFault(wrong: "\(value.shown) is not a URL", right: right)
        }
        text = given.trimmed
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            throw ValueFault(
                wrong: "the URL has a space or a character that URLs do not have",
                right: "percent-encode it, hosts as xn--…")
        }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, host != "[]"
        else { throw ValueFault(wrong: "this is not a whole URL", right: right) }
        guard scheme == "https" || scheme == "http" else {
            throw ValueFault(wrong: "the URL begins with \(scheme):", right: right)
        }
        guard parts.user == nil, parts.password == nil else {
            throw ValueFault(
                wrong: "the URL has a user name in it", right: "take it out: credentials have keys of their own")
        }
        guard parts.fragment == nil, queryAllowed || parts.query == nil else {
            throw ValueFault(
                wrong: "the URL has a part behind \(parts.fragment == nil ? "?" : "#")", right: "leave that part out")
        }
        guard parts.port.map({ (1...65535).contains($0) }) ?? true else {
            throw ValueFault(wrong: "the URL's port is not 1 to 65535", right: right)
        }
        isHTTPS = scheme == "https"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host.lowercased()
    }

    var isLoopback: Bool { WebAddress.isLoopback(host: host) }

    /// Of a host name or a literal address without brackets.
    static func isLoopback(host: String) -> Bool {
        guard let address = IPAddress(host) else { return host == "localhost" }
        return loopback.contains { $0.contains(address) }
    }

    /// Whether the host is a literal address in one of these networks, or `localhost` with loopback among them.
    func lies(in networks: [IPNetwork]) -> Bool {
        let addresses = (host == "localhost" ? ["127.0.0.1", "::1"] : [host]).compactMap(IPAddress.init)
        return addresses.contains { address in networks.contains { $0.contains(address) } }
    }

    /// Whether the host is a literal address, or `localhost`, that a guard of these networks refuses to dial.
    func isRefused(allowing networks: [IPNetwork]) -> Bool {
        let addresses = (host == "localhost" ? ["127.0.0.1", "::1"] : [host]).compactMap(IPAddress.init)
        let addressGuard = AddressGuard(allowed: networks)
        return !addresses.isEmpty && !addresses.contains(where: addressGuard.permits)
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap(IPNetwork.init)
}
