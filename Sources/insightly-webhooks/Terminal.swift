// The terminal that a command is shown on, if it is one.

import CommandText
import Foundation

extension Screen {
    /// What standard output goes to.
    static let output = Screen(of: STDOUT_FILENO)
    /// What standard error goes to.
    static let error = Screen(of: STDERR_FILENO)

    private init(of descriptor: Int32) {
        self.init(
            terminalWidth: TerminalSize(of: descriptor)?.columns, environment: ProcessInfo.processInfo.environment)
    }
}

/// How large the system says a terminal is; 0 where that is not known.
struct TerminalSize {
    let columns: Int
    let rows: Int

    /// Nil where the descriptor is no terminal.
    init?(of descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        (columns, rows) = isKnown ? (Int(size.ws_col), Int(size.ws_row)) : (0, 0)
    }
}
