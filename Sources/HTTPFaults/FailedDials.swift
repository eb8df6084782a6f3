// Which of several errors is told, where a host has several addresses and none of them could be dialled.

import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// This machine has no way to an address: none of its own that could call it, where a family of addresses is switched
/// off for one.
package struct NoWay: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(to address: String?, _ error: IOError) {
        description =
            "this machine has no way to \(address ?? "the address") (\(String(cString: strerror(error.errnoCode))))"
    }
}

/// What went wrong with each address of one host.
///
/// What another end did, or did not do, tells most. A shortage of ours tells something only where nobody else failed; an
/// address that cannot be called from here tells something only where there is no other.
package struct FailedDials: Sendable {
    /// The error that tells most, the last of its kind.
    package private(set) var telling: (any Error)?

    package init() {}

    /// - Parameter hasWay: whether this machine could send to the address at all.
    ///
    /// - Returns: the error, as it is to be understood.
    @discardableResult
    package mutating func add(
        _ error: any Error, of address: SocketAddress?, hasWay: (SocketAddress) -> Bool = FailedDials.hasWay
    ) -> any Error {
        var error = error
        if let failure = error as? IOError, let address, !hasWay(address) {
            error = NoWay(to: address.ipAddress, failure)
        }
        if Self.weight(of: error) >= telling.map(Self.weight) ?? 0 { telling = error }
        return error
    }

    private static func weight(of error: any Error) -> Int {
        error is NoWay ? 0 : Shortage(error) != nil ? 1 : 2
    }

    /// Asks the system for the way that a datagram would take, and sends none. It is not asked for a port of TCP, of
    /// which there may be none left: that is a shortage, and a way all the same.
    package static func hasWay(to address: SocketAddress) -> Bool {
        #if canImport(Darwin)
            let datagrams = SOCK_DGRAM
        #else
            let datagrams = Int32(SOCK_DGRAM.rawValue)
        #endif
        let descriptor = socket(CInt(address.protocol.rawValue), datagrams, 0)
        guard descriptor >= 0 else { return errno != EAFNOSUPPORT }
        defer { close(descriptor) }
        let result = address.withSockAddr { connect(descriptor, $0, socklen_t($1)) }
        return result == 0 || [EAGAIN, ENOBUFS, ENOMEM, EINTR].contains(errno)
    }
}

extension FailedDials {
    /// Of a host whose addresses were dialled by the library.
    package init(_ error: NIOConnectionError) {
        for failure in error.connectionErrors { add(failure.error, of: failure.target) }
    }
}

extension IOError {
    /// Of `connect`, or of a network that is not there, or may not be used: nothing was sent.
    package var isOfConnecting: Bool {
        [
            ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, EACCES, EPERM,
            EINVAL,
        ].contains(errnoCode)
    }
}
