// From a host's name to every address it has.

import ChangeFeed
import Foundation
import HTTPFaults
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The name could not be resolved.
struct UnknownHost: Error {}

/// Finds the addresses of a host.
package struct HostLookup: Sendable {
    /// Every address of the host; throws where there is none.
    package var addresses: @Sendable (_ host: String) async throws -> [IPAddress]

    package init(addresses: @escaping @Sendable (_ host: String) async throws -> [IPAddress]) {
        self.addresses = addresses
    }

    /// The same, but for `localhost`, where it is known which of its addresses is meant.
    func answering(_ localhost: [IPAddress]?) -> HostLookup {
        guard let localhost else { return self }
        return HostLookup { host in host.lowercased() == "localhost" ? localhost : try await addresses(host) }
    }

    /// Asks the system's resolver.
    package static let system = HostLookup.blocking(resolve)

    /// Asks a resolver that blocks, cannot be stopped, and may take half a minute. Each host has a thread of its own while it
    /// is asked for, and whoever asks for it meanwhile waits for the same answer: the threads that work is done on are few,
    /// and a name that hangs must not take them. A caller that is cancelled leaves the lookup behind.
    ///
    /// - Parameter limit: after which no answer is expected any more: the next who asks has the host asked for once more.
    package static func blocking(
        within limit: Duration = Limits.lookupMayTake, now: @escaping @Sendable () -> Instant = steadyTime,
        _ resolve: @escaping @Sendable (String) throws -> [IPAddress]
    ) -> HostLookup {
        let lookups = LookupsUnderWay(limit: limit, time: now)
        return HostLookup { host in
            if let literal = IPAddress(host) { return [literal] }
            let (answers, answer) = AsyncStream.makeStream(of: Result<[IPAddress], any Error>.self)
            switch lookups.join(host, answer) {
            case .asks: Thread.detachNewThread { lookups.end(host, with: Result { try resolve(host) }) }
            case .waits: break
            case .givesUp: throw Shortage.ofLookups
            }
            for await answer in answers {
                let addresses = try answer.get()
                guard !addresses.isEmpty else { throw UnknownHost() }
                return addresses
            }
            throw CancellationError()
        }
    }

    private static let start = ContinuousClock.now

    /// By a clock of its own, which nobody sets.
    package static func steadyTime() -> Instant {
        Instant(microsecondsSince1970: (ContinuousClock.now - start).microseconds)
    }

    @Sendable private static func resolve(_ host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            // It has words for names and servers only, and says that the name is unknown where it could open no file.
            let code = failure == EAI_MEMORY ? ENOMEM : failure == EAI_SYSTEM ? errno : 0
            if let shortage = Shortage(errno: code) ?? Shortage.ofDescriptors() { throw shortage }
            return []
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
            entry.flatMap { IPAddress($0.pointee) }
        }
    }
}

/// Who waits for which host.
private final class LookupsUnderWay: Sendable {
    typealias Waiter = AsyncStream<Result<[IPAddress], any Error>>.Continuation

    private struct Asking {
        var waiters: [Int: Waiter] = [:]
        var patience: LookupPatience
    }

    private struct State {
        var hosts: [String: Asking] = [:]
        var joined = 0
    }

    private let limit: Duration
    private let time: @Sendable () -> Instant
    private let state = Mutex(State())

    init(limit: Duration, time: @escaping @Sendable () -> Instant) {
        self.limit = limit
        self.time = time
    }

    /// Whether the host is to be asked for, or whose answer the waiter gets.
    func join(_ host: String, _ waiter: Waiter) -> LookupPatience.Turn {
        let (number, turn) = state.withLock { state in
            state.joined += 1
            var asking = state.hosts[host] ?? Asking(patience: LookupPatience(mayTake: limit))
            let turn = asking.patience.join(at: time())
            if turn != .givesUp { asking.waiters[state.joined] = waiter }
            state.hosts[host] = asking
            return (state.joined, turn)
        }
        waiter.onTermination = { [self] _ in state.withLock { $0.hosts[host]?.waiters[number] = nil } }
        return turn
    }

    /// One thread has an answer, which is as good as that of any other.
    func end(_ host: String, with answer: Result<[IPAddress], any Error>) {
        let waiters = state.withLock { state in
            let waiters = state.hosts[host]?.waiters ?? [:]
            state.hosts[host]?.patience.answered()
            state.hosts[host]?.waiters = [:]
            if state.hosts[host]?.patience.isOver == true { state.hosts[host] = nil }
            return waiters.values
        }
        for waiter in waiters {
            waiter.yield(answer)
            waiter.finish()
        }
    }
}

extension IPAddress {
    fileprivate init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET:
            let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr }
            self.init(bytes: withUnsafeBytes(of: bytes) { Array($0) })
        case AF_INET6:
            let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_addr }
            self.init(bytes: withUnsafeBytes(of: bytes) { Array($0) })
        default:
            return nil
        }
    }
}
