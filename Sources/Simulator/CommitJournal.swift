// A file with one JSON line for each change, for tests that compare what arrived with what the world did.

import SimulatedWorld
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Appends lines to a file. A line is with the system as soon as `append` returns: the end of the process, however
/// violent, does not take it back.
package final class CommitJournal: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let descriptor: Int32
    private let withRecords: Bool
    private let path: String

    package init(path: String, withRecords: Bool) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        self.path = path
        self.withRecords = withRecords
        guard descriptor >= 0 else {
            throw Failure(
                description: "cannot write the journal \(path): \(String(cString: strerror(errno))); name a file in a "
                    + "directory that exists and may be written")
        }
    }

    deinit {
        close(descriptor)
    }

    package func append(_ commit: Commit) throws(Failure) {
        let line = commit.journalLine(withRecord: withRecords) + [UInt8(ascii: "\n")]
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else {
                throw Failure(description: "cannot append to the journal \(path): \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(written)
        }
    }
}
