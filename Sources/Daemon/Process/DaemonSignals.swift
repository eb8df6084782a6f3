// What the signals that reach the daemon mean to it.

import ChangeFeed
import Foundation
import Logging
import UnixSignals

/// A signal that does not stop the daemon must not end it either: the system's own answer to most of them is to end the
/// process, which a service manager takes for a clean stop or a crash, and begins nothing anew or everything.
package enum DaemonSignals {
    enum Meaning: Equatable, Sendable {
        case stop
        /// The configuration is to be read again.
        case reload
        /// It goes on, and says so.
        case nothing(String)
    }

    private static let stopping: [UnixSignal] = [.sigterm, .sigint]
    /// Of all that are ignored, those that somebody sends to be heard.
    private static let told: [UnixSignal] = [.sighup, .sigusr1, .sigusr2, .sigalrm]

    /// To be called before anything else: what comes until the signals are trapped ends nothing.
    ///
    /// A reader of the log that goes away, or a receiver that hangs up, is an error of that write alone.
    package static func ignoreStrays() {
        for number in told.map(\.rawValue) + [SIGPIPE] { _ = signal(number, SIG_IGN) }
    }

    /// Every signal that means something or is told of, from now on.
    static func trapped() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: stopping + told)
    }

    /// Until its task is cancelled.
    static func heed(
        _ signals: UnixSignalsSequence, stop: Latch, reload: AsyncStream<Void>.Continuation, telling logger: Logger
    ) async {
        for await signal in signals {
            switch meaning(of: signal) {
            case .nothing(let said): logger.notice("\(said)")
            case .reload: reload.yield()
            case .stop:
                logger.notice("stopping: what is in flight is finished, within \(Limits.stopping)")
                stop.open()
            }
        }
    }

    static func meaning(of signal: UnixSignal) -> Meaning {
        if stopping.contains(signal) { return .stop }
        return signal == .sighup ? .reload : .nothing("\(signal) means nothing to the daemon; it goes on")
    }
}
