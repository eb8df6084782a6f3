// How one event becomes one line.

import ChangeFeed
import Logging

/// An event to be logged, before it has a form.
struct LogLine: Sendable {
    var level: Logger.Level
    var message: String
    /// Sorted by name, so that lines of one kind look alike.
    var metadata: [(name: String, value: Value)]

    enum Value: Sendable, Equatable, ExpressibleByStringLiteral {
        case text(String)
        /// Without quotes in JSON.
        case number(Int)

        init(stringLiteral text: String) { self = .text(text) }

        init(_ value: Logger.MetadataValue) {
            if case .stringConvertible(let number) = value, let number = number as? Int {
                self = .number(number)
            } else {
                self = .text(value.description)
            }
        }
    }

    /// Of lines that found no room.
    static func dropped(_ count: Int) -> LogLine {
        LogLine(
            level: .warning,
            message: "log lines were dropped here: whoever reads them is too slow, or they could not be written",
            metadata: [("lines", .number(count))])
    }

    /// `2026-11-23T19:04:05.123Z info     delivered  attempt=1 result=200`.
    func text(at time: Instant) -> String {
        let level = level.rawValue.padded(to: 8)
        let pairs = metadata.map { " \($0.name)=\(Self.written($0.value))" }.joined()
        return "\(time.iso8601Milliseconds) \(level) \(Self.oneLine(message))\(pairs.isEmpty ? "" : " " + pairs)"
    }

    /// `{"time":…,"level":…,"message":…}` and the metadata; a name that is taken already gets an underscore before it.
    func json(at time: Instant) -> String {
        var members: [(String, Value)] = [
            ("time", .text(time.iso8601Milliseconds)), ("level", .text(level.rawValue)), ("message", .text(message)),
        ]
        for (name, value) in metadata {
            members.append((members.contains { $0.0 == name } ? "_" + name : name, value))
        }
        return "{" + members.map { Self.jsonString($0.0) + ":" + Self.json($0.1) }.joined(separator: ",") + "}"
    }

    /// sd-daemon(3): the priority that journald reads off the beginning of a line.
    var journalPriority: String {
        switch level {
        case .trace, .debug: "<7>"
        case .info: "<6>"
        case .notice: "<5>"
        case .warning: "<4>"
        case .error: "<3>"
        case .critical: "<2>"
        }
    }

    private static func json(_ value: Value) -> String {
        switch value {
        case .text(let text): jsonString(text)
        case .number(let number): String(number)
        }
    }

    private static func written(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .number(let number): String(number)
        }
    }

    private static func jsonString(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONString.append(text, to: &bytes)
        let json = String(decoding: bytes, as: UTF8.self)
        return json.escapingHidden()
    }

    /// A value that could be taken for more than one is written as JSON writes it.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty && !value.unicodeScalars.contains { $0.isHidden || $0 == " " || $0 == "\"" || $0 == "=" }
        return isPlain ? value : jsonString(value)
    }

    /// A message never begins a second line: what follows a line break could pass for another event.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: \.isHidden) else { return text }
        return String(jsonString(text).dropFirst().dropLast())
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
