// What the process lets go of, looked at from inside.

import Foundation
import Testing

@testable import Daemon

@Suite("Pages of code")
struct CodePagesTests {
    /// Of the program and its libraries, in kilobytes.
    private var residentFiles: Int {
        get throws {
            let lines = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
            let line = try #require(lines.first { $0.hasPrefix("RssFile:") })
            return try #require(Int(line.split(separator: " ").dropLast().last ?? ""))
        }
    }

    @Test("What was needed is let go of, and comes back where it is needed")
    func letGo() throws {
        let sorted = (0..<1_000).map { ($0 * 7_919) % 1_000 }.sorted()
        let before = try residentFiles
        CodePages.letGo()
        #expect(try residentFiles < before)
        // Protocols, casts and errors go by tables that the loader has written into.
        #expect((0..<1_000).map { ($0 * 7_919) % 1_000 }.sorted() == sorted)
        let values: [any Sendable] = ["text", 1, 2.5, [1, 2]]
        #expect(values.map { $0 is any CustomStringConvertible } == [true, true, true, true])
        #expect(throws: CocoaError.self) { try String(contentsOfFile: "/nowhere/at/all", encoding: .utf8) }
        #expect(try JSONSerialization.jsonObject(with: Data("[1,2]".utf8)) as? [Int] == [1, 2])
        CodePages.letGo()
        #expect(String(format: "%.3f", 2.5) == "2.500")
    }
}
