// One line on the terminal that says how far something is, and is gone when that is over.

import CommandText
import Dispatch
import Synchronization

/// Says nothing where standard error is no terminal: a log has no use for it.
final class ProgressLine: Sendable {
    private let screen = Screen.error
    private let shownAt = Mutex<DispatchTime?>(nil)

    /// - Parameter text: that nothing in it steers a terminal, is for the caller to see to.
    func show(_ what: String, share: Double?, amount: String) {
        guard screen.isTerminal else { return }
        let isDue = shownAt.withLock { shownAt in
            let now = DispatchTime.now()
            if let shownAt, now < shownAt + .milliseconds(100) { return false }
            shownAt = now
            return true
        }
        guard isDue else { return }
        let line = ProgressText.line(what, share: share, amount: amount, on: screen)
        _ = StandardStream.error.write("\r\(line)\u{1B}[K")
    }

    /// Takes it away.
    func end() {
        guard shownAt.withLock({ $0 != nil }) else { return }
        _ = StandardStream.error.write("\r\u{1B}[K")
    }
}
