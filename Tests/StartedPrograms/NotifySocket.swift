// What systemd is to a service that reports to it: a socket that takes datagrams.

import Foundation

/// A socket bound as systemd binds its own; its name goes into NOTIFY_SOCKET.
package final class NotifySocket: Sendable {
    package struct CannotBind: Error {
        package let errorNumber: Int32
    }

    /// A path, or `@name` for one without a file.
    package let name: String
    private let descriptor: Int32

    package init(_ name: String) throws(CannotBind) {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        let isAbstract = name.hasPrefix("@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard status == 0 else { throw CannotBind(errorNumber: errno) }
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    /// Forgets the datagrams that are there.
    package func drain() {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) >= 0 {}
    }

    /// Returns as soon as there is a datagram, and after a second in any case.
    private func untilThereIsOne() async {
        await withCheckedContinuation { [descriptor] continuation in
            Thread.detachNewThread {
                var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&watched, 1, 1_000)
                continuation.resume()
            }
        }
    }

    /// The next datagram, waited for without holding a thread of the tests: others need it for that datagram to come.
    ///
    /// - Throws: `CancellationError`.
    package func receive() async throws -> String {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return String(decoding: buffer.prefix(count), as: UTF8.self) }
            try Task.checkCancellation()
            await untilThereIsOne()
        }
    }
}
