// The journal's lines and the file they go to.

import SimulatedWorld
import ChangeFeed
import Foundation
import Testing

@testable import Simulator

@Suite("Commit journal")
struct CommitJournalTests {
    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path
    }

    @Test("each change is a line of JSON, in the file as soon as it is told of", arguments: [true, false])
    func lines(withRecords: Bool) throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let journal = try CommitJournal(path: path, withRecords: withRecords)
        var world = makeWorld()
        let id = try #require(world.ids(of: .contacts).first)
        let commit = try world.update(.contacts, id, [.set("TITLE", "Chief \"Quote\" Officer")], at: noon)
        try journal.append(commit)
        try journal.append(try world.delete(.contacts, id, at: noon + .milliseconds(1250)))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let parsed = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(parsed.map { $0["kind"] as? String } == ["updated", "deleted"])
        #expect(parsed[0]["id"] as? String == "\(id)")
        #expect(parsed[0]["resource"] as? String == "contacts")
        #expect(parsed[0]["number"] as? Int == commit.number)
        #expect(parsed[1]["at"] as? String == "2026-11-23T12:00:01.250Z")
        #expect(parsed[1]["stamp"] as? String == "2026-11-23T12:00:00.000Z")
        #expect(
            (parsed[0]["record"] as? [String: Any])?["TITLE"] as? String
                == (withRecords ? "Chief \"Quote\" Officer" : nil))
    }

    @Test("a second journal on the file goes on behind the first")
    func appends() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let world = makeWorld()
        for commit in world.commits.prefix(2) { try CommitJournal(path: path, withRecords: false).append(commit) }
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 2)
    }

    @Test("a file that cannot be written is refused by name")
    func unwritable() {
        #expect {
            try CommitJournal(path: "/no/such/directory/journal", withRecords: false)
        } throws: { "\($0)".contains("/no/such/directory/journal") }
    }
}
