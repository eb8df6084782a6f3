// What a callback's URL means for a request: whom it calls, and what it asks for.

import ChangeFeed
import FoundationEssentials
import NIOCore

/// A URL taken apart. Nobody is asked about its host here.
struct PostTarget: Sendable {
    /// A name or an address; of IPv6, without brackets.
    let host: String
    let port: Int
    let isSecure: Bool
    /// The header `Host`.
    let authority: String
    /// Path and query, as the request has them.
    let uri: String

    /// Nil where the URL is not `http` or `https`, or names no host.
    init?(_ text: String) {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let named = url.host, !named.isEmpty
        else { return nil }
        host = named.hasPrefix("[") && named.hasSuffix("]") ? String(named.dropFirst().dropLast()) : named
        isSecure = scheme == "https"
        let usual = isSecure ? 443 : 80
        port = url.port ?? usual
        let bracketed = host.contains(":") ? "[\(host)]" : host
        authority = port == usual ? bracketed : "\(bracketed):\(port)"
        let path = URLComponents(url: url, resolvingAgainstBaseURL: true)?.percentEncodedPath ?? url.path
        uri = (path.isEmpty ? "/" : path) + (url.query.map { "?" + $0 } ?? "")
    }

    /// Whom a certificate has to name; nil where the host is an address, which is compared as one.
    var serverName: String? { (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil }
}
