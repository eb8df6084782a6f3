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
        guard !Placeholder.isIn(url: text) else {
            throw ValueFault(wrong: "the URL has a place to fill in", right: "write what belongs there: \(example)")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            throw ValueFault(
                wrong: "the URL has a space or a character that URLs do not have",
                right: "percent-encode it, hosts as xn--…")
        }
        try WebAddress.checkAuthority(of: text)
        guard WebAddress.isRightlyEncoded(text) else {
            throw ValueFault(
                wrong: "the URL has a % that begins no encoded character", right: "write %25 for a percent sign")
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

    /// What Foundation lets pass between `//` and the path, and nothing can be called by.
    private static func checkAuthority(of text: String) throws(ValueFault) {
        guard let start = text.firstRange(of: "://")?.upperBound else { return }
        let authority = text[start...].prefix { !"/?#".contains($0) }
        guard !authority.hasSuffix(":") else {
            throw ValueFault(
                wrong: "the URL has a colon and no port behind it", right: "write the port, or take the colon out")
        }
        if authority.contains("["), authority.contains("%") {
            throw ValueFault(
                wrong: "the address in the URL has a zone in it, which is a name of this machine alone",
                right: "write the address without % and what follows it")
        }
        guard !authority.contains("%") else {
            throw ValueFault(wrong: "the host has a % in it", right: "write the name itself, foreign ones as xn--…")
        }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            guard IPAddress(String(authority[..<end].dropFirst())) != nil else {
                throw ValueFault(
                    wrong: "what the URL has in brackets is no IPv6 address", right: "write one such as [2001:db8::1]")
            }
        } else if authority.hasPrefix(".") || authority.contains("..") {
            throw ValueFault(wrong: "the host has an empty part between dots", right: "write the whole name")
        }
    }

    /// Whether two digits follow each percent sign.
    private static func isRightlyEncoded(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            $0.count >= 2 && $0.prefix(2).allSatisfy { $0.isASCII && $0.isHexDigit }
        }
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
