// The two looks at an address before a request goes to it: at the name, and at the connection.

import ChangeFeed
import FoundationEssentials
import NIOCore

/// The address dialled, or one that the name may lead to, is private and not in
/// `event.notification.allowed_networks`.
struct ForbiddenAddress: Error {}

/// Keeps requests from forbidden addresses.
///
/// The look at the name keeps even the connection from being opened. The look at the connection holds where the name
/// has changed its meaning in between, and so no request byte can reach an address that was not checked.
actor DialCheck {
    /// How long a name that may be called is not looked up again: a few attempts in a row, no more. What it means in
    /// the meantime is the connection's to tell.
    private static let memory: Duration = .seconds(10)

    private let addressGuard: AddressGuard
    private let lookup: HostLookup
    private var passed: [String: ContinuousClock.Instant] = [:]

    init(addressGuard: AddressGuard, lookup: HostLookup) {
        self.addressGuard = addressGuard
        self.lookup = lookup
    }

    /// Looks up the URL's host. One forbidden address is enough to refuse it: which of several a connection ends at
    /// cannot be foreseen.
    func checkName(in url: String) async throws {
        guard let host = Self.host(of: url) else { throw UnknownHost() }
        let now = ContinuousClock.now
        if let time = passed[host], now - time < Self.memory { return }
        let addresses = try await lookup.addresses(host)
        guard addresses.allSatisfy(addressGuard.permits) else { throw ForbiddenAddress() }
        passed = passed.filter { now - $0.value < Self.memory }
        passed[host] = now
    }

    /// Fails, and ends the connection, where its other end may not be called.
    nonisolated func checkConnection(_ channel: any Channel) -> EventLoopFuture<Void> {
        let address = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        if let address, addressGuard.permits(address) { return channel.eventLoop.makeSucceededVoidFuture() }
        // Not at once: the connection pool wants to hear of the failure before it hears of the end.
        channel.eventLoop.execute { channel.close(promise: nil) }
        // A connection that has ended already does not know any more where it led.
        let error: any Error = channel.isActive ? ForbiddenAddress() : ChannelError.ioOnClosedChannel
        return channel.eventLoop.makeFailedFuture(error)
    }

    /// Taken from the URL in the same way as the HTTP client takes it. An IPv6 literal loses its brackets.
    private static func host(of url: String) -> String? {
        guard let url = URL(string: url), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { return nil }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
