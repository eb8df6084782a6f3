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
    /// To wake a thread for each of ten thousand lines a second takes longer than to write them.
    private static let gathering = DispatchTimeInterval.milliseconds(2)

    package init(descriptor: Int32, limit: Int = Limits.logBytesWaiting) {
        self.descriptor = descriptor
        backlog = Mutex(LogBacklog(limit: limit))
    }

    /// - Parameters:
    ///   - line: a whole one, its newline included.
    ///   - notice: the line that says how many were dropped before it.
    package func write(_ line: [UInt8], notice: (Int) -> [UInt8]) {
        guard backlog.withLock({ $0.add(line, notice: notice) }) else { return }
        queue.asyncAfter(deadline: .now() + Self.gathering) { self.drain() }
    }

    /// Returns once everything is written, or the time is over: to be called before the process ends.
    package func flush(within limit: Duration) {
        let done = DispatchSemaphore(value: 0)
        queue.async {
            self.drain()
            done.signal()
        }
        _ = done.wait(timeout: .now() + .microseconds(Int(limit.microseconds)))
    }

    private func drain() {
        while let (bytes, lines) = backlog.withLock({ $0.next() }) {
            // Lines that cannot be written are no reason to stop.
            if WholeWrite.write(bytes, to: descriptor) != nil { backlog.withLock { $0.lost(lines) } }
        }
    }
}
