// The log of the daemon: one event a line, on standard error.

import ChangeFeed
import DaemonConfiguration
import Foundation
import Logging

/// Writes every event with one `write`, so that lines of two threads never mix.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level {
        get { ownLevel ?? setting.level }
        set { ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    /// Of this logger alone.
    private var ownLevel: Logger.Level?
    private let setting: LogSetting
    private let isJournal: Bool
    private let write: @Sendable ([UInt8]) -> Void
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - isJournal: what is written goes to journald, which reads a priority off each line.
    ///   - write: takes a whole line at once.
    package init(
        _ setting: LogSetting, isJournal: Bool,
        write: @escaping @Sendable ([UInt8]) -> Void,
        now: @escaping @Sendable () -> Instant = { SteadyClock.wall }
    ) {
        self.setting = setting
        self.isJournal = isJournal
        self.write = write
        self.now = now
    }

    /// The handler that the configuration asks for, on this process's standard error.
    package init(_ setting: LogSetting, environment: [String: String], sink: LogSink = .standardError) {
        let isJournal = Self.isJournal(environment["JOURNAL_STREAM"])
        self.init(
            setting, isJournal: isJournal,
            write: { line in
                sink.write(line) {
                    Self.bytes(of: .dropped($0), setting.form, isJournal: isJournal, at: SteadyClock.wall)
                }
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
        write(Self.bytes(of: line, setting.form, isJournal: isJournal, at: now()))
    }

    private static func bytes(of line: LogLine, _ form: LogSetting.Form, isJournal: Bool, at time: Instant) -> [UInt8] {
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
