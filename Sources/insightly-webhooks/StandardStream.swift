// Standard output and error, written at once, where a write that fails is an answer and no trap.

import Foundation

/// Foundation's own handles end the process where a write fails: on a full disk, and in a pipe that nobody reads any more
/// once SIGPIPE is ignored, as it is wherever there is a server.
struct StandardStream {
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    static let error = StandardStream(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Makes a pipe that nobody reads any more an error of the write, and not the end of the process.
    static func outliveReaders() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// - Returns: why the text is not written whole; nil where it is.
    func write(_ text: String) -> String? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // Whoever shares it has made it answer at once instead of waiting.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&room, 1, -1)
            } else if errno != EINTR {
                return String(cString: strerror(errno))
            }
        }
        return nil
    }
}
