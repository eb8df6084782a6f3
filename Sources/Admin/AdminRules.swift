// Which requests the admin server answers, and with what it refuses the others: pure.

/// What a request says of itself.
struct AdminRequest: Sendable, Equatable {
    var method: String
    /// As it stands in the request line.
    var target: String
    /// Values of `Host`, in their order.
    var hosts: [String] = []
    var origins: [String] = []
    /// HTTP/1.1 obliges clients to name the host.
    var namesItsHost = true
}

struct AdminAnswer: Sendable, Equatable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: String

    static func == (left: AdminAnswer, right: AdminAnswer) -> Bool {
        left.status == right.status && left.body == right.body
            && left.headers.elementsEqual(right.headers, by: { $0 == $1 })
    }
}

enum AdminRoute: String, Sendable, CaseIterable {
    case health = "/healthz"
    case readiness = "/readyz"
    case metrics = "/metrics"
}

/// A page in somebody's browser may send requests to loopback too, under a name of its own that leads there. Only those
/// are answered that call this machine by a name of its own, and come from no other site.
struct AdminRules: Sendable {
    enum Verdict: Equatable {
        case route(AdminRoute)
        case refused(AdminAnswer)
    }

    /// Names besides `localhost` and addresses; nil where nobody comes by a name: at a socket in the file system.
    let names: Set<String>?

    /// - Parameter machine: the machine's own name.
    init(_ address: AdminServer.Address, machine: String) {
        switch address {
        case .tcp(let host, _): names = [host.lowercased(), machine.lowercased()]
        case .unix: names = nil
        }
    }

    func verdict(on request: AdminRequest) -> Verdict {
        guard request.hosts.count < 2, request.hosts.count == 1 || !request.namesItsHost else {
            return refused(400, "A request has one header Host.")
        }
        if let host = request.hosts.first, !isOwn(host) {
            return refused(
                421,
                "This is the admin server of insightly-webhooks, and goes by another name; set admin.listen to the name."
            )
        }
        guard request.origins.allSatisfy({ isOwn(origin: $0, host: request.hosts.first) }) else {
            return refused(403, "Pages of other sites get no answer here.")
        }
        guard let route = route(request.target) else { return refused(404, "There is nothing here.") }
        guard request.method == "GET" || request.method == "HEAD" else {
            return refused(405, "Ask with GET or HEAD.", [("Allow", "GET, HEAD")])
        }
        return .route(route)
    }

    private func refused(_ status: Int, _ text: String, _ headers: [(name: String, value: String)] = []) -> Verdict {
        .refused(AdminAnswer(status: status, headers: headers, body: text + "\n"))
    }

    private func route(_ target: String) -> AdminRoute? {
        var path = target.prefix { $0 != "?" && $0 != "#" }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return AdminRoute(rawValue: String(path))
    }

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
