// SIGINT and SIGTERM as something that a command looks at, and waits for, instead of its end.

import Dispatch
import Foundation
import Synchronization

/// From its making on, the process goes on after such a signal, once; a second one ends it at once.
final class Interruption: Sendable {
    private let hasHappened = Mutex(false)
    private let arrival = DispatchSemaphore(value: 0)

    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                signal(number, SIG_DFL)
                hasHappened.withLock { $0 = true }
                arrival.signal()
                // It is there until the process ends.
                withExtendedLifetime(source) {}
            }
            source.resume()
        }
    }

    var hasCome: Bool { hasHappened.withLock { $0 } }

    /// Waits so long, or until one comes.
    ///
    /// - Returns: whether one has come.
    func waits(seconds: Double) -> Bool {
        hasCome || arrival.wait(timeout: .now() + seconds) == .success
    }
}
