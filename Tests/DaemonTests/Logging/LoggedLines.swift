// What a logger was told, as tests look at it.

import Logging
import Synchronization

/// Keeps what is logged: the level, a space, the message.
final class LoggedLines: LogHandler {
    private let said = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { said.withLock { $0.append("\(event.level) \(event.message)") } }

    var all: [String] { said.withLock(\.self) }
}
