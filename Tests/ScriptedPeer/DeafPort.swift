// A port that certainly nobody listens on.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A port of IPv4 loopback that is taken, without anybody listening: connections are refused for as long as this lives.
///
/// A port that is merely free may be given to another test in the same moment.
package final class DeafPort {
    package let number: Int
    private let descriptor: Int32

    /// Nil where the system gives no port.
    package init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (socket, size) = (descriptor, length)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { return nil }
    }

    deinit {
        close(descriptor)
    }
}
