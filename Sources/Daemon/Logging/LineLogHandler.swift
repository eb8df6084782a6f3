// The log of the daemon: one event a line, on standard error.

import ChangeFeed
import DaemonConfiguration
import Foundation
import Logging

/// Writes every event with one `write`, so that lines of two threads never mix.
package struct LineLogHandler: LogHandler {
    package enum Form: Sendable {
        case text
        case json
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let form: Form
    private let isJournal: Bool
    private let write: @Sendable ([UInt8]) -> Void
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - isJournal: what is written goes to journald, which reads a priority off each line.
    ///   - write: takes a whole line at once.
    package init(
        level: Logger.Level, form: Form, isJournal: Bool,
        write: @escaping @Sendable ([UInt8]) -> Void,
        now: @escaping @Sendable () -> Instant = { SteadyClock.wall }
    ) {
        logLevel = level
        self.form = form
        self.isJournal = isJournal
        self.write = write
        self.now = now
    }

    /// The handler that the configuration asks for, on this process's standard error.
    package init(_ settings: LogSettings, environment: [String: String], sink: LogSink = .standardError) {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let form: Form =
            switch settings.format {
            case .text: .text
            case .json: .json
            case .auto: isTerminal ? .text : .json
            }
        let isJournal = Self.isJournal(environment["JOURNAL_STREAM"])
        self.init(
            level: Logger.Level(rawValue: settings.level.rawValue) ?? .info, form: form, isJournal: isJournal,
            write: { line in
                sink.write(line) { Self.bytes(of: .dropped($0), form, isJournal: isJournal, at: SteadyClock.wall) }
            })
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // What the call says wins over what is provided for the task, and that over what the logger carries.
        var merged = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
        merged.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { merged["error"] = "\(error)" }
        let line = LogLine(
            level: event.level, message: event.message.description,
            metadata: merged.map { ($0.key, LogLine.Value($0.value)) }.sorted { $0.name < $1.name })
        write(Self.bytes(of: line, form, isJournal: isJournal, at: now()))
    }

    private static func bytes(of line: LogLine, _ form: Form, isJournal: Bool, at time: Instant) -> [UInt8] {
        let text = form == .json ? line.json(at: time) : line.text(at: time)
        return Array(((isJournal ? line.journalPriority : "") + text + "\n").utf8)
    }

    /// systemd names the device and inode of the journal's socket; only where standard error is that socket does
    /// journald read what we write.
    private static func isJournal(_ stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
