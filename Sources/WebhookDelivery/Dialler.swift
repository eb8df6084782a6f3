// Where a request goes: to an address that was looked up and found permitted, and to no other.

import ChangeFeed
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An address that the receiver's name leads to is private and not in `event.notification.allowed_networks`.
struct ForbiddenAddress: Error {
    let address: IPAddress
}

/// Looks a receiver's name up, and keeps the connections to what was found.
///
/// A name may mean another address a moment later. So a connection is made to the address that was checked, and the name
/// is asked for in `Host` and TLS only.
///
/// A connection serves one attempt at a time. Were several to wait for one, a connection that cannot be opened would fail
/// them all.
final class Dialler: Sendable {
    /// One of the addresses of a receiver.
    struct Destination: Hashable, Sendable {
        var host: String
        var port: Int
        var isSecure: Bool
        var address: IPAddress
    }

    /// What all connections have in common.
    struct Terms: Sendable {
        /// For one attempt.
        var timeout: Duration
        var idleTimeout: Duration
        var lookupMemory: Duration
        var tls: TLSConfiguration
    }

    private struct State {
        var target: (url: String, target: PostTarget)?
        var found: [String: (addresses: [IPAddress], time: ContinuousClock.Instant)] = [:]
        /// The one used last stands last.
        var idle: [Destination: [Connection]] = [:]
        var open: [ObjectIdentifier: any Channel] = [:]
        var isShutDown = false
        var tls: NIOSSLContext?
    }

    private let addressGuard: AddressGuard
    private let lookup: HostLookup
    private let terms: Terms
    private let idleLimit: EndpointIdleLimit
    /// One for all connections: what several attempts have to do at one moment is done in one go.
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let state = Mutex(State())

    init(addressGuard: AddressGuard, lookup: HostLookup, terms: Terms) {
        self.addressGuard = addressGuard
        self.lookup = lookup
        self.terms = terms
        idleLimit = EndpointIdleLimit(longest: terms.idleTimeout)
    }

    /// - Throws: `UnknownHost` where the URL leads nowhere.
    func target(of url: String) throws -> PostTarget {
        if let known = state.withLock(\.target), known.url == url { return known.target }
        guard let target = PostTarget(url) else { throw UnknownHost() }
        state.withLock { $0.target = (url, target) }
        return target
    }

    /// Where the target may be reached, in the order to try. One forbidden address is enough to refuse the name: it is not
    /// what its owner said it was.
    func destinations(of target: PostTarget, for watch: AttemptWatch) async throws -> [Destination] {
        let host = target.host
        let known = state.withLock { $0.found[host] }
        if let known, .now - known.time < terms.lookupMemory { return Self.destinations(of: target, known.addresses) }
        let lookup = lookup
        let now = ContinuousClock.now
        let addresses = try await watch.whileTimeLasts { try await lookup.addresses(host) }
        if let address = addresses.first(where: { !addressGuard.permits($0) }) {
            throw ForbiddenAddress(address: address)
        }
        let sorted = state.withLock { state in
            // Connections that are open already are worth more than the order of the answer, which many resolvers shuffle.
            let first = state.found[host]?.addresses.first
            let sorted = addresses.filter { $0 == first } + addresses.filter { $0 != first }
            state.found[host] = (sorted, now)
            return sorted
        }
        return Self.destinations(of: target, sorted)
    }

    private static func destinations(of target: PostTarget, _ addresses: [IPAddress]) -> [Destination] {
        addresses.map {
            Destination(host: target.host, port: target.port, isSecure: target.isSecure, address: $0)
        }
    }

    /// The next attempts begin with another address of the same name, if it has one.
    func avoid(_ destination: Destination) {
        state.withLock { state in
            guard let known = state.found[destination.host]?.addresses, known.first == destination.address else {
                return
            }
            state.found[destination.host]?.addresses = Array(known.dropFirst()) + [destination.address]
        }
    }

    /// Sends one request to this destination.
    ///
    /// A kept connection may be one that the receiver is just closing. Where it ends before anything of an answer came, the
    /// request is made once more, on a new one: that it was kept is our affair, and an event may come twice.
    ///
    /// - Parameters:
    ///   - connecting: how long opening a connection may take.
    ///   - turn: returns when the request may be made once more.
    func send(
        _ post: WebhookPost, of target: PostTarget, to destination: Destination, connecting: Duration,
        for watch: AttemptWatch, repeatingAfter turn: @Sendable () async throws -> Void
    ) async throws -> AttemptOutcome {
        let exchange = try Exchange(post, to: target, for: watch)
        guard let (kept, idle) = takeKept(to: destination) else {
            return try await open(destination, target, exchange, connecting)
        }
        do {
            return try await run(exchange, on: kept, to: destination) { kept.carry(exchange) }
        } catch {
            guard !watch.isHeard, AttemptFailure(error) == .reset, !Task.isCancelled else { throw error }
        }
        // One that had ended before anything was sent on it has seen no request.
        guard watch.isConnected else { return try await open(destination, target, exchange.again(), connecting) }
        watch.startsOver()
        watch.waits()
        try await turn()
        watch.goesOn()
        // Where the new one ends without an answer too, it is the request that the receiver cannot take.
        defer { if watch.isHeard { idleLimit.ended(afterIdle: idle) } }
        return try await open(destination, target, exchange.again(), connecting)
    }

    private func open(
        _ destination: Destination, _ target: PostTarget, _ exchange: Exchange, _ connecting: Duration
    ) async throws -> AttemptOutcome {
        let opening = Connection.Opening(
            target: target, address: destination.address, tls: destination.isSecure ? try tlsContext() : nil,
            deadline: min(exchange.deadline, .now() + TimeAmount(connecting)))
        let connection = Connection(idleLimit: idleLimit)
        return try await run(exchange, on: connection, to: destination) {
            connection.open(opening, on: loop, for: exchange) { try self.isOpening($0, connection, to: destination) }
        }
    }

    private func run(
        _ exchange: Exchange, on connection: Connection, to destination: Destination, _ start: () -> Void
    ) async throws -> AttemptOutcome {
        let answer = try await withTaskCancellationHandler {
            try await exchange.answer(start)
        } onCancel: {
            exchange.end(.failure(CancellationError()))
            connection.close()
        }
        if answer.leavesConnection { keep(connection, to: destination) }
        return answer.outcome
    }

    /// Ends every connection. To be called once, when nothing is in flight any more.
    func shutdown() async {
        let (idle, open) = state.withLock { state in
            state.isShutDown = true
            return (Array(state.idle.values.joined()), Array(state.open.values))
        }
        for connection in idle { connection.close() }
        for channel in open {
            channel.close(promise: nil)
            try? await channel.closeFuture.get()
        }
    }
}

// Which connections there are.
extension Dialler {
    private func isOpening(_ channel: any Channel, _ connection: Connection, to destination: Destination) throws {
        let number = ObjectIdentifier(connection)
        let isShutDown = state.withLock { state in
            if !state.isShutDown { state.open[number] = channel }
            return state.isShutDown
        }
        if isShutDown { throw ChannelError.ioOnClosedChannel }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.open[number] = nil
                state.idle[destination]?.removeAll { $0 === connection }
            }
        }
    }

    private func keep(_ connection: Connection, to destination: Destination) {
        let isKept = state.withLock { state in
            guard !state.isShutDown, connection.idle != nil else { return false }
            state.idle[destination, default: []].append(connection)
            return true
        }
        if !isKept { connection.close() }
    }

    /// The one used last, if it may still be used, and how long it had lain idle; those before it may not either then.
    /// Connections to other addresses of the name are not used any more.
    private func takeKept(to destination: Destination) -> (Connection, idle: Duration)? {
        let limit = idleLimit.usable
        var old: [Connection] = []
        let taken = state.withLock { state -> (Connection, idle: Duration)? in
            let first = state.found[destination.host]?.addresses.first
            for other in state.idle.keys where other.host == destination.host && other.address != first {
                old += state.idle.removeValue(forKey: other) ?? []
            }
            while let kept = state.idle[destination]?.popLast() {
                if let idle = kept.idle, idle < limit { return (kept, idle) }
                old.append(kept)
            }
            return nil
        }
        for connection in old { connection.close() }
        return taken
    }

    /// Made once: the system's bundle of authorities is a MiB, and takes tens of milliseconds to read.
    private func tlsContext() throws -> NIOSSLContext {
        try state.withLock { state in
            if let tls = state.tls { return tls }
            var configuration = terms.tls
            // A webhook gains nothing from HTTP/2.
            configuration.applicationProtocols = ["http/1.1"]
            let tls = try NIOSSLContext(configuration: configuration)
            state.tls = tls
            return tls
        }
    }
}
