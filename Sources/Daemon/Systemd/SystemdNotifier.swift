// sd_notify(3), spoken directly: one datagram of KEY=VALUE lines to the socket that systemd names.

import ChangeFeed
import Foundation

/// Tells systemd how the daemon is doing. Where there is no systemd, or it does not listen, nothing happens.
package struct SystemdNotifier: Sendable {
    private let socketPath: String?
    /// How long systemd waits for a sign of life before it restarts the daemon; nil without a watchdog for this process.
    package let watchdog: Duration?

    /// - Parameter environment: of `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    package init(environment: [String: String], processID: Int32 = getpid()) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdog = isOurs ? microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    package func ready() { send("READY=1") }

    /// Until `ready` is said again. Its time is that of the clock which systemd takes for it: of a reload that was told
    /// before it, this is not the end.
    package func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        send("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)")
    }

    /// The time the stop may take, so that systemd does not count it as hung.
    package func stopping(within limit: Duration) {
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(limit.microseconds)")
    }

    package func isAlive() { send("WATCHDOG=1") }

    /// One line for people, shown by `systemctl status`.
    package func status(_ text: String) {
        // A line break, of whatever kind, would begin another field.
        send("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private func send(_ state: String) {
        guard let socketPath, var address = notifyAddress(socketPath) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // A manager that does not read must not hold up the loop that reports to it.
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let length = address.length(for: socketPath)
        let message = Array(state.utf8)
        withUnsafePointer(to: &address.value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}

/// The address of a notify socket: a path, or `@name` for one without a file, which begins with a zero byte.
private struct NotifyAddress {
    var value = sockaddr_un()

    func length(for path: String) -> socklen_t {
        socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count + (path.hasPrefix("@") ? 0 : 1))
    }
}

/// Nil for a path too long for the kernel, or of a kind that this does not speak.
private func notifyAddress(_ path: String) -> NotifyAddress? {
    var bytes = Array(path.utf8)
    guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else { return nil }
    if first == UInt8(ascii: "@") { bytes[0] = 0 }
    var address = NotifyAddress()
    address.value.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.value.sun_path) { target in
        // A path ends with a zero byte, which needs its place; a name without a file does not.
        guard bytes.count + (bytes[0] == 0 ? 0 : 1) <= target.count else { return false }
        target.copyBytes(from: bytes)
        return true
    }
    return fits ? address : nil
}
