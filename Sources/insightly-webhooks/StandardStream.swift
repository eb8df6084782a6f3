// Standard output and error, written at once, where a write that fails is an answer and no trap.

import Daemon
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
        WholeWrite.write(Array(text.utf8), to: descriptor).map { String(cString: strerror($0)) }
    }
}
