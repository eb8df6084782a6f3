// Where a request goes: to an address that was looked up and found permitted, and to no other.

import AsyncHTTPClient
import ChangeFeed
import FoundationEssentials
import NIOCore
import NIOSSL
import Synchronization

/// An address that the receiver's name leads to is private and not in `event.notification.allowed_networks`.
struct ForbiddenAddress: Error {
    let address: IPAddress
}

/// Looks a receiver's name up, and keeps the HTTP clients that dial what was found.
///
/// An HTTP client left to itself would look the name up a second time, and a name may mean another address by then. So each
/// client here knows one name and one address: it dials that literal, and still asks for the name in `Host` and TLS.
///
/// And each client serves one attempt at a time, over one connection. Were several to wait in a client's pool, one connection
/// that cannot be opened would fail them all.
actor Dialler {
    /// The receiver's name, as the URL has it, and one of its addresses.
    struct Destination: Hashable, Sendable {
        var host: String
        var address: IPAddress
        /// Whether the name has other addresses.
        var hasAlternatives: Bool
    }

    /// What all connections have in common.
    struct Terms: Sendable {
        /// For one attempt.
        var timeout: Duration
        var idleTimeout: Duration
        var lookupMemory: Duration
        var tls: TLSConfiguration
    }

    private let addressGuard: AddressGuard
    private let lookup: HostLookup
    private let terms: Terms
    private var found: [String: (destinations: [Destination], time: ContinuousClock.Instant)] = [:]
    /// The one used last stands last.
    private var idle: [Destination: [KeptConnection]] = [:]
    private let idleLimit: EndpointIdleLimit
    private var closing: [Int: Task<Void, Never>] = [:]
    private var closed = 0

    init(addressGuard: AddressGuard, lookup: HostLookup, terms: Terms) {
        self.addressGuard = addressGuard
        self.lookup = lookup
        self.terms = terms
        idleLimit = EndpointIdleLimit(longest: terms.idleTimeout)
    }

    /// Where the URL's host may be reached, in the order to try. One forbidden address is enough to refuse the name: it is
    /// not what its owner said it was.
    func destinations(of url: String) async throws -> [Destination] {
        guard let host = Self.host(of: url) else { throw UnknownHost() }
        let now = ContinuousClock.now
        if let known = found[host], now - known.time < terms.lookupMemory { return known.destinations }
        let addresses = try await lookup.addresses(host)
        if let address = addresses.first(where: { !addressGuard.permits($0) }) {
            throw ForbiddenAddress(address: address)
        }
        // Connections that are open already are worth more than the order of the answer, which many resolvers shuffle.
        let known = found[host]?.destinations.first.map(\.address)
        let sorted = addresses.filter { $0 == known } + addresses.filter { $0 != known }
        let destinations = sorted.map {
            Destination(host: host, address: $0, hasAlternatives: sorted.count > 1)
        }
        found[host] = (destinations, now)
        return destinations
    }

    /// The next attempts begin with another address of the same name, if it has one.
    func avoid(_ destination: Destination) {
        guard let known = found[destination.host]?.destinations, known.first == destination else { return }
        found[destination.host]?.destinations = known.dropFirst() + [destination]
    }

    /// Runs one request on a client of its own that dials this destination.
    ///
    /// A kept connection may be one that the receiver is just closing. Where it ends before anything of an answer came, the
    /// request is made once more, on a new one: that it was kept is our affair, and an event may come twice.
    ///
    /// - Parameter turn: returns when the request may be made once more.
    func withClient<Result: Sendable>(
        to destination: Destination, for watch: AttemptWatch, repeatingAfter turn: @Sendable () async throws -> Void,
        _ request: @Sendable (HTTPClient) async throws -> Result
    ) async throws -> Result {
        forgetFormerAddresses(of: destination.host)
        guard let kept = takeKept(to: destination) else {
            return try await run(request, on: connection(dialling: destination), to: destination, for: watch)
        }
        do {
            return try await run(request, on: kept, to: destination, for: watch)
        } catch {
            guard kept.log.isKept, !watch.isHeard, AttemptFailure(error) == .reset, !Task.isCancelled else {
                throw error
            }
        }
        watch.startsOver()
        watch.waits()
        try await turn()
        watch.goesOn()
        defer {
            // Where the new one ends without an answer too, it is the request that the receiver cannot take.
            if watch.isHeard, let idle = kept.log.idleBefore { idleLimit.ended(afterIdle: idle) }
        }
        return try await run(request, on: connection(dialling: destination), to: destination, for: watch)
    }

    /// An answer came with this header `Keep-Alive`, or without.
    nonisolated func answered(keepAlive: String?) { idleLimit.answered(keepAlive: keepAlive) }

    private func run<Result: Sendable>(
        _ request: @Sendable (HTTPClient) async throws -> Result, on connection: KeptConnection,
        to destination: Destination, for watch: AttemptWatch
    ) async throws -> Result {
        connection.log.begin(watch)
        defer { connection.log.end() }
        do {
            let result = try await request(connection.client)
            idle[destination, default: []].append(connection)
            return result
        } catch {
            // It may be at work on a connection still, which the next attempt must not come to wait for.
            close(connection.client)
            throw error
        }
    }

    /// The one used last, if it may still be used; then those before it may not either.
    private func takeKept(to destination: Destination) -> KeptConnection? {
        let limit = idleLimit.usable
        while let kept = idle[destination]?.popLast() {
            if kept.isUsable(within: limit) { return kept }
            close(kept.client)
        }
        return nil
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    func shutdown() async {
        for kept in idle.values.joined() { close(kept.client) }
        idle = [:]
        for task in closing.values { await task.value }
    }

    private func forgetFormerAddresses(of host: String) {
        let first = found[host]?.destinations.first
        for destination in idle.keys where destination.host == host && destination != first {
            for kept in idle.removeValue(forKey: destination) ?? [] { close(kept.client) }
        }
    }

    /// Nobody waits for it: a receiver that does not say good-bye takes its time.
    private func close(_ client: HTTPClient) {
        closed += 1
        let number = closed
        closing[number] = Task {
            try? await client.shutdown()
            closing[number] = nil
        }
    }

    private func connection(dialling destination: Destination) -> KeptConnection {
        let log = ConnectionLog { [idleLimit] in idleLimit.ended(afterIdle: $0) }
        let idleTimeout = idleLimit.usable
        // Where there is another address, half of the time is left for it.
        let connecting = min(destination.hasAlternatives ? terms.timeout / 2 : terms.timeout, .seconds(5))
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: terms.tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connecting)), decompression: .disabled)
        // A webhook gains nothing from HTTP/2.
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = [destination.host: destination.address.description]
        // A second connection to the same address within one attempt would hide that the first one failed.
        configuration.connectionPool.retryConnectionEstablishment = false
        // One is in use at a time. Those that are about to end must not keep it from being opened.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        configuration.connectionPool.idleTimeout = TimeAmount(idleTimeout)
        configuration.http1_1ConnectionDebugInitializer = log.watch
        return KeptConnection(
            client: HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration), log: log,
            idleTimeout: idleTimeout)
    }

    /// Taken from the URL in the same way as the HTTP client takes it. An IPv6 literal loses its brackets.
    private static func host(of url: String) -> String? {
        guard let url = URL(string: url), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { return nil }
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}

/// What is known of how long the receiver keeps idle connections, for all that are kept to it.
private final class EndpointIdleLimit: Sendable {
    private let limit: Mutex<IdleLimit>
    private let start = ContinuousClock.now

    init(longest: Duration) {
        limit = Mutex(IdleLimit(longest: longest))
    }

    var usable: Duration { limit.withLock { $0.usable(at: now) } }

    func ended(afterIdle idle: Duration) { limit.withLock { $0.ended(afterIdle: idle, at: now) } }

    func answered(keepAlive: String?) { limit.withLock { $0.answered(keepAlive: keepAlive) } }

    /// By a clock of its own, which nobody sets.
    private var now: Instant { Instant(microsecondsSince1970: (ContinuousClock.now - start).microseconds) }
}
