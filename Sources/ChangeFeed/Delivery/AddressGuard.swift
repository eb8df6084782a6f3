// Which addresses a webhook may be sent to: nothing inside our own network, unless the configuration names it.

/// Refuses addresses that lead into private networks, so that a callback URL cannot be used to reach what only this
/// machine can reach.
package struct AddressGuard: Sendable, Equatable {
    /// Of `event.notification.allowed_networks`.
    package let allowed: [IPNetwork]

    package init(allowed: [IPNetwork]) {
        self.allowed = allowed
    }

    /// Whether this very address may be dialled. Where a name has several, each of them must be asked for: which one a
    /// connection ends at is not foreseeable.
    package func permits(_ address: IPAddress) -> Bool {
        if allowed.contains(where: { $0.contains(address) }) { return true }
        // An IPv6 address that stands for an IPv4 one leads where that one leads.
        if let inner = Self.translatedIPv4(in: address) { return permits(inner) }
        guard address.isIPv4 || Self.globalUnicast.contains(address) else { return false }
        return !Self.refused.contains { $0.contains(address) }
    }

    /// The one address of `localhost` that may be dialled, where only one of its two may: the name stands for both on most
    /// machines, and whoever allows `127.0.0.0/8` means it. Nil where both or none may.
    package var localhost: IPAddress? {
        let permitted = Self.loopback.filter(permits)
        return permitted.count == 1 ? permitted[0] : nil
    }

    private static let loopback = ["127.0.0.1", "::1"].compactMap(IPAddress.init)

    /// IANA's special-purpose address registries, the multicast and reserved ranges, and one address of a cloud.
    private static let refused: [IPNetwork] = [
        network("0.0.0.0/8"),  // this host
        network("10.0.0.0/8"),  // private
        network("100.64.0.0/10"),  // shared with a carrier's NAT; Alibaba's metadata service
        network("127.0.0.0/8"),  // loopback
        network("168.63.129.16/32"),  // looks public, but is every Azure machine's own host
        network("169.254.0.0/16"),  // link-local; most clouds' metadata service
        network("172.16.0.0/12"),  // private
        network("192.0.0.0/24"),  // protocol assignments
        network("192.0.2.0/24"),  // documentation
        network("192.88.99.0/24"),  // 6to4 relays
        network("192.168.0.0/16"),  // private
        network("198.18.0.0/15"),  // benchmarking
        network("198.51.100.0/24"),  // documentation
        network("203.0.113.0/24"),  // documentation
        network("224.0.0.0/4"),  // multicast
        network("240.0.0.0/4"),  // reserved, and broadcast
        network("2001::/23"),  // protocol assignments: Teredo, ORCHID, benchmarking
        network("2001:db8::/32"),  // documentation
        network("2002::/16"),  // 6to4: given up, and a tunnel to any IPv4 address where it still works
        network("3fff::/20"),  // documentation
    ]

    /// All that IANA has given out for use in the public network. Everything else of IPv6 is loopback, link-local,
    /// unique local, multicast, or reserved.
    private static let globalUnicast = network("2000::/3")

    /// The IPv4 address behind an IPv4-mapped (`::ffff:a.b.c.d`) or NAT64 address (`64:ff9b::a.b.c.d`). Hosts without
    /// IPv4 reach all of it through NAT64, so that form cannot be refused as a whole.
    private static func translatedIPv4(in address: IPAddress) -> IPAddress? {
        guard mapped.contains(address) || nat64.contains(address) else { return nil }
        return IPAddress(bytes: Array(address.bytes[12...]))
    }

    private static let mapped = network("::ffff:0:0/96")
    private static let nat64 = network("64:ff9b::/96")

    /// Of a literal in this file: one that is no network is a slip here, and no range may be dropped silently.
    private static func network(_ literal: StaticString) -> IPNetwork {
        guard let network = IPNetwork(literal.description) else { preconditionFailure("\(literal) is no network") }
        return network
    }
}
