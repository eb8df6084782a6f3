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
        var text = "\(time.iso8601Milliseconds) \(level.rawValue.padded(to: 8)) \(Self.oneLine(message))"
        if !metadata.isEmpty { text += " " }
        for (name, value) in metadata {
            text += " "
            text += name
            text += "="
            text += Self.written(value)
        }
        return text
    }

    /// `{"time":…,"level":…,"message":…}` and the metadata; a name that is taken already gets an underscore before it.
    func json(at time: Instant) -> String {
        var json: [UInt8] = []
        json.reserveCapacity(512)
        json += #"{"time":""#.utf8
        json += time.iso8601Milliseconds.utf8
        json += #"","level":""#.utf8
        json += level.rawValue.utf8
        json += #"","message":"#.utf8
        Self.append(message, to: &json)
        for (name, value) in metadata {
            json += ",".utf8
            Self.append(["time", "level", "message"].contains(name) ? "_" + name : name, to: &json)
            json += ":".utf8
            switch value {
            case .text(let text): Self.append(text, to: &json)
            case .number(let number): json += String(number).utf8
            }
        }
        json += "}".utf8
        return String(decoding: json, as: UTF8.self)
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

    private static func written(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .number(let number): String(number)
        }
    }

    /// As JSON writes it. Nearly all texts are plain, and are not looked at more closely.
    private static func append(_ text: String, to json: inout [UInt8]) {
        guard !text.isPlain else {
            json += "\"".utf8
            json += text.utf8
            json += "\"".utf8
            return
        }
        var bytes: [UInt8] = []
        JSONString.append(text, to: &bytes)
        json += String(decoding: bytes, as: UTF8.self).escapingHidden().utf8
    }

    private static func jsonString(_ text: String) -> String {
        var json: [UInt8] = []
        append(text, to: &json)
        return String(decoding: json, as: UTF8.self)
    }

    /// A value that could be taken for more than one is written as JSON writes it.
    private static func quoted(_ value: String) -> String {
        let isWhole =
            !value.isEmpty && !value.utf8.contains { [0x20, 0x22, 0x3D].contains($0) } && !value.hasHidden
        return isWhole ? value : jsonString(value)
    }

    /// A message never begins a second line: what follows a line break could pass for another event.
    private static func oneLine(_ text: String) -> String {
        text.hasHidden ? String(jsonString(text).dropFirst().dropLast()) : text
    }
}

extension String {
    /// Whether it is made of nothing but ASCII that JSON writes as it is.
    fileprivate var isPlain: Bool {
        utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    fileprivate var hasHidden: Bool { !isPlain && unicodeScalars.contains(where: \.isHidden) }

    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
