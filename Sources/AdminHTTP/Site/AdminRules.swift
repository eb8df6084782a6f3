// Whom the admin server answers: pure.

import ChangeFeed
import Crypto
import FoundationEssentials

/// What a request says of whoever sends it.
struct Visitor: Sendable, Equatable {
    /// `Host`
    var host: String?
    var origins: [String] = []
    /// `Sec-Fetch-Site`, which browsers send.
    var fetchSite: String?
    /// `Authorization`
    var authorization: String?
}

extension Visitor {
    /// What is shown of a scheme; nil where it is another one.
    fileprivate func shown(_ scheme: String) -> String? {
        guard let parts = authorization?.split(separator: " ", omittingEmptySubsequences: true), parts.count == 2,
            parts[0].lowercased() == scheme
        else { return nil }
        return String(parts[1])
    }
}

/// A page in somebody's browser may send requests to loopback too, under a name of its own that leads there. Only those
/// are answered that call this machine by a name of its own, and come from no other site.
struct AdminRules: Sendable {
    /// Names besides `localhost` and addresses; nil where nobody comes by a name: at a socket in the file system.
    let names: Set<String>?
    /// What visitors have to show who ask for more than that the daemon lives.
    let credentials: Credentials

    enum Credentials: Sendable {
        case none
        case bearer(Secret)
        case basic(username: String, password: Secret)
    }

    /// - Parameter machine: the machine's own name.
    init(_ address: ListenAddress, machine: String, token: Secret? = nil) {
        credentials = token.map(Credentials.bearer) ?? .none
        switch address {
        case .tcp(let host, _): names = [host.lowercased(), machine.lowercased()]
        case .unix: names = nil
        }
    }

    /// Of a server that is called by any name, and by whoever has the credentials.
    init(username: String, password: Secret) {
        names = nil
        credentials = .basic(username: username, password: password)
    }

    /// Why a visitor gets no answer, whatever is asked for; nil where it does. Who names no host is no browser.
    func refusal(of visitor: Visitor) -> AdminAnswer? {
        if let host = visitor.host, !isOwn(host) {
            return .text(
                "This is the admin server of insightly-webhooks, and goes by another name; set admin.listen to the name.\n",
                status: 421)
        }
        let isForeign = visitor.fetchSite.map { !["same-origin", "none"].contains($0) } ?? false
        guard !isForeign, visitor.origins.allSatisfy({ isOwn(origin: $0, host: visitor.host) }) else {
            return .text("Pages of other sites get no answer here.\n", status: 403)
        }
        return nil
    }

    /// The same for what only those get who have the credentials.
    func refusalWithoutCredentials(_ visitor: Visitor) -> AdminAnswer? {
        switch credentials {
        case .none: return nil
        case .bearer(let token):
            if visitor.shown("bearer").map({ digest($0) == digest(token.revealedText) }) ?? false { return nil }
            return Self.unauthorized("Show the token of admin.token: Authorization: Bearer …\n", "Bearer")
        case .basic(let username, let password):
            let right = Data(Array("\(username):".utf8) + password.revealedBytes).base64EncodedString()
            if visitor.shown("basic").map({ digest($0) == digest(right) }) ?? false { return nil }
            return Self.unauthorized("Show hint.username and hint.password: Authorization: Basic …\n", "Basic")
        }
    }

    private static func unauthorized(_ text: String, _ scheme: String) -> AdminAnswer {
        .text(
            text, status: 401,
            headers: [AdminHeader(name: "WWW-Authenticate", value: "\(scheme) realm=\"insightly-webhooks\"")])
    }

    /// Digests are compared in the same time, however much of what they are made of is alike.
    private func digest(_ text: String) -> SHA256.Digest { SHA256.hash(data: Array(text.utf8)) }

    private func isOwn(_ authority: String) -> Bool {
        guard let names else { return true }
        guard let host = Self.host(of: authority) else { return false }
        // A name that leads here can be made up by anybody; an address is where the request was sent.
        return host == "localhost" || host.hasSuffix(".localhost") || Self.isAddress(host)
            || names.contains(host)
    }

    private func isOwn(origin: String, host: String?) -> Bool {
        guard let host else { return false }
        let origin = origin.lowercased()
        return origin == "http://" + host.lowercased() || origin == "https://" + host.lowercased()
    }

    /// The name or address before the port, in lower case; nil for what is neither.
    private static func host(of authority: String) -> String? {
        var host = authority.lowercased()[...]
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.firstIndex(of: ":") {
            host = host[..<colon]
        }
        if host.hasSuffix(".") { host.removeLast() }
        return host.isEmpty ? nil : String(host)
    }

    /// Four numbers, or what only an IPv6 address has: a colon.
    private static func isAddress(_ host: String) -> Bool {
        if host.contains(":") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
