// The program as people and other tests start it.

import Foundation
import StartedPrograms
import Testing

@testable import Simulator

@Suite("insightly-simulator", .timeLimit(.minutes(60)))
struct ProgramTests {
    private func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(product: "insightly-simulator", arguments)
    }

    @Test(
        "it says where it listens, prints and journals its edits, and SIGTERM and SIGINT end it with 0",
        arguments: [SIGTERM, SIGINT])
    func life(signal: Int32) async throws {
        let journal = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: journal) }
        let program = try start(
            ["--port", "0", "--contacts", "5", "--edits-per-minute", "6000", "--journal", journal, "--journal-records"])
        var line = program.lines.makeAsyncIterator()
        let first = try #require(await line.next())
        let baseURL = try #require(first.split(separator: " ").last)
        #expect(first == "Simulated Insightly at \(baseURL)")
        let port = try #require(URL(string: String(baseURL))?.port)
        let edit = try #require(await line.next())
        let answer = try await exchange(port: port, "/v3.1/Contacts")
        #expect(answer.status == 401)
        program.signal(signal)
        #expect(await program.exitStatus == 0)
        let journalled = try String(contentsOfFile: journal, encoding: .utf8).split(separator: "\n")
        let record = try JSONSerialization.jsonObject(with: Data(try #require(journalled.first).utf8)) as? [String: Any]
        let id = try #require(record?["id"] as? String)
        #expect(edit.contains(" \(id) "))
        #expect(record?["record"] is [String: Any])
    }

    @Test(
        "what it does not understand it refuses with the status for a wrong call",
        arguments: [["--port", "70000"], ["--fault", "reset=2"], ["--fault", "flood=0.1"], ["--late-share", "3"]])
    func refusals(arguments: [String]) async throws {
        let program = try start(arguments)
        #expect(await program.exitStatus == 64)
        var said = ""
        for await line in program.lines { said += line }
        #expect(said.contains(arguments[0]))
    }

    @Test("every switch is taken")
    func switches() async throws {
        let program = try start([
            "--port", "0", "--quiet", "--edits-per-minute", "0", "--seed", "9", "--api-key", "k", "--no-deletes",
            "--contacts", "1", "--organisations", "1", "--leads", "1", "--opportunities", "1", "--projects", "1",
            "--fruit", "1", "--heavy-organisations", "0", "--requests-per-second", "5", "--concurrent-requests", "2",
            "--daily-limit", "1000", "--daily-reset", "day-after-first-call", "--count-refusals", "--no-retry-after",
            "--comparison", "inclusive", "--stamps", "seconds", "--shown-stamps", "rounded", "--late-share", "0.1",
            "--late-seconds", "30", "--search-order", "by-stamp", "--brief", "null", "--unstamped", "TAGS",
            "--unstamped", "LINKS", "--unstamped-activity", "--unstamped-restore", "--unlist-converted", "--forbid",
            "projects", "--missing", "Fruit__c", "--clock-offset", "-2.5", "--no-date", "--no-visibility",
            "--escape-unicode", "--fault", "reset=0.1", "--faults", "0.2", "--slow-seconds", "0.5",
        ])
        var line = program.lines.makeAsyncIterator()
        #expect(try #require(await line.next()).hasPrefix("Simulated Insightly at http://127.0.0.1:"))
        program.signal(SIGTERM)
        #expect(await program.exitStatus == 0)
    }
}
