// From a host's name to every address it has.

import ChangeFeed
import Dispatch

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

    /// Asks the system's resolver. It cannot be stopped and may take half a minute, so it runs on a thread of its own
    /// and a caller that is cancelled leaves it behind.
    package static let system = HostLookup { host in
        if let literal = IPAddress(host) { return [literal] }
        let (answers, answer) = AsyncStream.makeStream(of: [IPAddress].self)
        DispatchQueue.global().async {
            answer.yield(resolve(host))
            answer.finish()
        }
        for await addresses in answers {
            guard !addresses.isEmpty else { throw UnknownHost() }
            return addresses
        }
        throw CancellationError()
    }

    private static func resolve(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
            entry.flatMap { IPAddress($0.pointee) }
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
