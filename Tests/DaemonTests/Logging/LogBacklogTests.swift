// Lines that nobody takes.

import ChangeFeed
import Foundation
import Testing

@testable import Daemon

@Suite("The log's backlog")
struct LogBacklogTests {
    private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

    private func notice(_ count: Int) -> [UInt8] { line("\(count) dropped") }

    private func taken(from backlog: inout LogBacklog) -> String {
        var text: [UInt8] = []
        while let batch = backlog.next() { text += batch.bytes }
        return String(decoding: text, as: UTF8.self)
    }

    @Test("keeps lines in order, and asks to be drained once")
    func order() {
        var backlog = LogBacklog(limit: 100)
        let first = ["a", "b"].map { backlog.add(line($0), notice: notice) }
        let said = taken(from: &backlog)
        let later = backlog.add(line("c"), notice: notice)
        #expect(first == [true, false] && said == "a\nb\n" && later)
    }

    @Test("gives whole lines, as many as one write takes, and a longer one by itself")
    func batches() {
        var backlog = LogBacklog(limit: 100_000)
        let long = String(repeating: "x", count: 5_000)
        for text in ["a", "b", long, "c"] { _ = backlog.add(line(text), notice: notice) }
        for number in 0..<1_000 { _ = backlog.add(line("line \(number)"), notice: notice) }
        let batches = Array(sequence(state: backlog) { $0.next() })
        let texts = batches.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(texts[0] == "a\nb\n" && texts[1] == long + "\n")
        #expect(texts[2...].allSatisfy { $0.hasSuffix("\n") && $0.utf8.count <= 4_096 } && texts.count < 8)
        #expect(batches.reduce(0) { $0 + $1.lines } == 1_004)
    }

    @Test("drops what finds no room, and says how much in its place")
    func dropping() {
        var backlog = LogBacklog(limit: 30)
        for number in 1...20 { _ = backlog.add(line("line \(number)"), notice: notice) }
        #expect(taken(from: &backlog) == "line 1\nline 2\nline 3\nline 4\n")
        _ = backlog.add(line("after"), notice: notice)
        #expect(taken(from: &backlog) == "16 dropped\nafter\n")
        _ = backlog.add(line("more"), notice: notice)
        #expect(taken(from: &backlog) == "more\n")
    }

    @Test("counts lines that were taken and could not be written")
    func lost() {
        var backlog = LogBacklog(limit: 100)
        backlog.lost(1)
        _ = backlog.add(line("a"), notice: notice)
        #expect(taken(from: &backlog) == "1 dropped\na\n")
    }

    @Test("A pipe that nobody reads holds nobody up, and what it took and what was dropped is told once it is read")
    func fullPipe() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let sink = LogSink(descriptor: ends[1], limit: 10_000)
        let written = 20_000
        for number in 0..<written { sink.write(line("line \(number)"), notice: notice) }
        // The pipe is full, and this returns all the same.
        sink.flush(within: .milliseconds(1))
        var told: [String] = []
        var rest = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // What is logged once there is room again comes after the notice.
        while told.last != "last" {
            let count = Foundation.read(ends[0], &buffer, buffer.count)
            try #require(count > 0)
            rest += String(decoding: buffer[..<count], as: UTF8.self)
            var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            rest = lines.removeLast()
            told += lines
            if told.last.map({ $0.hasPrefix("line") }) == true { sink.write(line("last"), notice: notice) }
        }
        let dropped = told.compactMap { $0.hasSuffix("dropped") ? Int($0.prefix { $0 != " " }) : nil }.reduce(0, +)
        #expect(dropped > 0)
        #expect(told.count { $0.hasPrefix("line") } < written)
        // Nothing may be written once nobody can read it: that would be a signal to the whole process.
        sink.flush(within: .seconds(10))
        close(ends[0])
        close(ends[1])
    }
}
