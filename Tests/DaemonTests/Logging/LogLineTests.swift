import ChangeFeed
import Foundation
import Logging
import Synchronization
import Testing

@testable import Daemon

@Suite("The log")
struct LogLineTests {
    private let time = Instant(microsecondsSince1970: 1_795_460_645_123_000)

    private func line(_ message: String, _ metadata: [(name: String, value: String)] = []) -> LogLine {
        LogLine(level: .info, message: message, metadata: metadata.map { ($0.name, .text($0.value)) })
    }

    @Test("Numbers are numbers in JSON, and texts that look like one stay texts")
    func numbers() {
        let values = [Logger.MetadataValue.stringConvertible(42), "42", "\(7)"].map { LogLine.Value($0) }
        let line = LogLine(level: .info, message: "m", metadata: zip(["a", "b", "c"], values).map { ($0, $1) })
        #expect(line.json(at: time).hasSuffix(#""a":42,"b":"42","c":"7"}"#))
        #expect(line.text(at: time).hasSuffix("m  a=42 b=42 c=7"))
    }

    @Test("Text lines hold time, level, message and pairs")
    func text() {
        let text = line("delivered", [("attempt", "1"), ("type", "contact.updated")]).text(at: time)
        #expect(text == "2026-11-23T19:04:05.123Z info     delivered  attempt=1 type=contact.updated")
    }

    @Test(
        "No event takes more than one line, whatever somebody else's text holds",
        arguments: ["a\nb", "a\r\nb", "a\u{1b}[2Jb", "a\u{9b}2Jb", "a\u{2028}b", "a\u{85}b", "a\u{7f}b", "a\u{202e}b"])
    func oneLine(hostile: String) throws {
        for text in [line(hostile, [("x", hostile)]).text(at: time), line(hostile, [("x", hostile)]).json(at: time)] {
            #expect(text.unicodeScalars.allSatisfy { (32..<127).contains($0.value) })
        }
        let json = line(hostile, [("x", hostile)]).json(at: time)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
        #expect(object["message"] == hostile && object["x"] == hostile)
    }

    @Test("Letters of any language and emoji stay what they are")
    func letters() {
        let text = "Žluťoučký 山田 👩\u{200D}🚀"
        #expect(line(text).text(at: time).hasSuffix(text))
        #expect(line(text).json(at: time).contains(text))
    }

    @Test("What a call says wins over what is provided, and that over what the logger carries; an error is not lost")
    func sources() {
        struct Failure: Error, CustomStringConvertible { let description = "it broke" }
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "test") { _ in
            var handler = LineLogHandler(
                LogSetting(level: .info, form: .text), isJournal: false,
                write: { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } },
                now: { Instant(secondsSince1970: 0) })
            handler.metadataProvider = Logger.MetadataProvider { ["a": "provided", "b": "provided"] }
            return handler
        }
        for key in ["a", "b", "c"] { logger[metadataKey: key] = "carried" }
        logger.error("no", error: Failure(), metadata: ["a": "said"])
        #expect(lines.withLock { $0.first?.hasSuffix("no  a=said b=provided c=carried error=\"it broke\"\n") } == true)
    }

    @Test("A value with spaces or quotes cannot pass for two")
    func quoting() {
        let text = line("m", [("a", "1 b=2"), ("empty", "")]).text(at: time)
        #expect(text.hasSuffix(#"m  a="1 b=2" empty="""#))
    }

    @Test("JSON lines are objects that anybody can read")
    func json() throws {
        let text = line("say \"hi\"", [("level", "mine"), ("resource", "contacts")]).json(at: time)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(
            object == [
                "time": "2026-11-23T19:04:05.123Z", "level": "info", "message": "say \"hi\"", "_level": "mine",
                "resource": "contacts",
            ])
    }

    @Test("Every event is one write, with the journal's priority before it where the journal listens")
    func writes() {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "test") { _ in
            LineLogHandler(
                LogSetting(level: .info, form: .text), isJournal: true,
                write: { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } },
                now: { Instant(secondsSince1970: 0) })
        }
        logger[metadataKey: "account"] = "default"
        logger.warning("careful", metadata: ["n": "1"])
        logger.debug("not said")
        #expect(
            lines.withLock { $0 } == ["<4>1970-01-01T00:00:00.000Z warning  careful  account=default n=1\n"])
    }
}
