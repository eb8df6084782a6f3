// Lines for people, written at once, so that whoever reads a pipe sees each when it happens.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

enum StandardOutput {
    static func print(_ line: String) { writeLine(line, to: STDOUT_FILENO) }

    /// Makes writing to a pipe that nobody reads any more an error and not the end of the process.
    static func outlivesItsReader() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}

enum StandardError {
    static func print(_ line: String) { writeLine(line, to: STDERR_FILENO) }
}

/// A reader that has gone away is no reason to stop: what cannot be written is dropped.
private func writeLine(_ line: String, to descriptor: Int32) {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { return }
        rest = rest.dropFirst(written)
    }
}
