// From which level on the log is written, and in which form: what may change while the daemon runs.

import DaemonConfiguration
import Foundation
import Logging
import Synchronization

/// Shared by all loggers of the process.
package final class LogSetting: Sendable {
    package enum Form: Sendable {
        case text
        case json
    }

    private struct State {
        var level: Logger.Level
        var form: Form
    }

    private let state: Mutex<State>

    package init(level: Logger.Level, form: Form) {
        state = Mutex(State(level: level, form: form))
    }

    package convenience init(_ settings: LogSettings) {
        self.init(level: .info, form: .json)
        adopt(settings)
    }

    package func adopt(_ settings: LogSettings) {
        let form: Form =
            switch settings.format {
            case .text: .text
            case .json: .json
            case .auto: isatty(STDERR_FILENO) == 1 ? .text : .json
            }
        state.withLock { $0 = State(level: Logger.Level(rawValue: settings.level.rawValue) ?? .info, form: form) }
    }

    package var level: Logger.Level { state.withLock(\.level) }
    package var form: Form { state.withLock(\.form) }
}
