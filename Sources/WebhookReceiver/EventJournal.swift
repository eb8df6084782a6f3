// Keeps accepted events in a file, so that what was answered 200 survives the receiver's own sudden end.

import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that grows by one line for each accepted event.
package final class EventJournal: Sendable {
    /// What failed, on which file, and why.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private let path: String
    private let descriptor: Mutex<CInt>

    /// Opens the file to append to it, or creates it, readable by its owner only: events are people's data.
    package init(path: String) throws(Problem) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Problem(
                description: "the journal \(path) cannot be opened: \(String(cString: strerror(errno))); "
                    + "name a file in a directory that can be written")
        }
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        descriptor.withLock { _ = close($0) }
    }

    /// Hands one line to the kernel, which keeps it whatever becomes of this process.
    func append(_ request: ReceivedRequest) throws(Problem) {
        let line = EventLine.journal(request)
        let failure = descriptor.withLock { descriptor -> CInt? in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
            }
            return nil
        }
        if let failure {
            throw Problem(
                description:
                    "an event cannot be written to the journal \(path): \(String(cString: strerror(failure))); "
                    + "it was not accepted")
        }
    }
}
