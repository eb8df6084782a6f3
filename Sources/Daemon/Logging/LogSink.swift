// Where log lines go: a descriptor that may be slow, full, or read by nobody, and never holds anybody up.

import ChangeFeed
@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Writes lines one after the other on a queue of its own. Whoever logs only leaves a line in its backlog.
package final class LogSink: Sendable {
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    private let backlog: Mutex<LogBacklog>
    private let queue = DispatchQueue(label: "log")

    package init(descriptor: Int32, limit: Int = Limits.logBytesWaiting) {
        self.descriptor = descriptor
        backlog = Mutex(LogBacklog(limit: limit))
    }

    /// - Parameters:
    ///   - line: a whole one, its newline included.
    ///   - notice: the line that says how many were dropped before it.
    package func write(_ line: [UInt8], notice: (Int) -> [UInt8]) {
        guard backlog.withLock({ $0.add(line, notice: notice) }) else { return }
        queue.async { self.drain() }
    }

    /// Returns once everything is written, or the time is over: to be called before the process ends.
    package func flush(within limit: Duration) {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + .microseconds(Int(limit.microseconds)))
    }

    private func drain() {
        while let line = backlog.withLock({ $0.next() }) {
            if !put(line) { backlog.withLock { $0.lost() } }
        }
    }

    /// One call takes a line whole, but for a pipe that is nearly full. False where the line cannot be written: that is
    /// no reason to stop.
    private func put(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                // Whoever shares it has made it answer at once instead of waiting.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&room, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
