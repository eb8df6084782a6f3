// A terminal that one command draws on for a while, and that is afterwards what it was before.

import CommandText
import Foundation

struct FullScreen {
    private init() {}

    /// What was on the terminal is back once the work has ended, by an error too.
    static func during(_ work: (FullScreen) throws -> Void) rethrows {
        // The other screen, without its cursor.
        _ = StandardStream.output.write("\u{1B}[?1049h\u{1B}[?25l")
        defer { _ = StandardStream.output.write("\u{1B}[?25h\u{1B}[?1049l") }
        try work(FullScreen())
    }

    /// - Parameter lines: those that have no room are left out, which the last line then says.
    func draw(_ lines: [String]) {
        let rows = max(TerminalSize(of: STDOUT_FILENO)?.rows ?? 0, 2)
        let shown = lines.count <= rows ? lines : lines.prefix(rows - 1) + ["… \(lines.count - rows + 1) more lines"]
        // Line by line over what was there, so that nothing flickers.
        let text = shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        _ = StandardStream.output.write("\u{1B}[H\(text)\u{1B}[J")
    }
}
