// One server of an address.

/// One host and port, to be tried for itself.
package struct PostgreSQLTarget: Sendable, Equatable, CustomStringConvertible {
    /// A name, an address, or the folder of a socket; nil for libpq's default, where `address` is nil too.
    package let host: String?
    /// Called instead of what the host's name leads to; the name is still what a certificate has to show.
    let address: String?
    /// Nil for libpq's default.
    package let port: Int?

    /// A list of libpq's, taken apart by its rules: as many hosts as addresses where both are given, and a port for
    /// each or one for all. An empty place in a list is the default.
    static func targets(
        hosts: String?, addresses: String?, ports: String?
    ) throws(PostgreSQLAddressProblem) -> [PostgreSQLTarget] {
        let (hosts, addresses) = (list(hosts), list(addresses))
        var ports = list(ports)
        let count = max(hosts.count, addresses.count, 1)
        if ports.count <= 1 { ports = Array(repeating: ports.first ?? nil, count: count) }
        guard [hosts.count, addresses.count].allSatisfy({ $0 == count || $0 == 0 }), ports.count == count else {
            throw .unequalLists
        }
        var targets: [PostgreSQLTarget] = []
        for index in 0..<count {
            targets.append(
                PostgreSQLTarget(
                    host: hosts.isEmpty ? nil : hosts[index], address: addresses.isEmpty ? nil : addresses[index],
                    port: try number(ports[index])))
        }
        return targets
    }

    private static func list(_ text: String?) -> [String?] {
        guard let text else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { $0.isEmpty ? nil : String($0) }
    }

    private static func number(_ text: String?) throws(PostgreSQLAddressProblem) -> Int? {
        guard let text else { return nil }
        guard text != "PORT" else { throw .portToFillIn }
        guard let port = Int(text), (1...65_535).contains(port) else { throw .notAPort }
        return port
    }

    /// `db1:5432`, `[::1]:5432`, `/run/postgresql:5432`.
    package var description: String {
        let name = host ?? address ?? "the default host"
        return (name.contains(":") ? "[\(name)]" : name) + (port.map { ":\($0)" } ?? "")
    }
}
