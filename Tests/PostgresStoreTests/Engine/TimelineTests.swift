// Which server was left behind by a promotion outlives the process that saw it.

import ChangeFeed
import EventStore
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@testable import PostgresStore

@Suite("Timelines that were seen", .timeLimit(.minutes(60)))
struct TimelineTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("timelines-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path + "/timelines")
    }

    /// The place as another process has it.
    private func location(_ address: String, _ file: String, schema: String = "kept") throws -> PostgresLocation {
        PostgresLocation(try PostgreSQLAddress(address), schema: schema, timelines: TimelineWatch(file: file))
    }

    /// Opens it as a daemon, and lets go of it: what it warns of.
    private func warnings(_ location: PostgresLocation) async throws -> [String] {
        try await onThread {
            let store = try location.open()
            defer { store.finish() }
            return store.warnings
        }
    }

    @Test("A server with a lower one is refused by the next process, until somebody deletes the file")
    func kept() async throws {
        try await withFile { file in
            try await PrivateCluster.running { old in
                _ = try await warnings(location(old.address, file))
                try await old.withStandby(isSynchronous: false) { new in
                    try await new.promote()
                    _ = try await warnings(location(new.address, file))
                    let problem = await #expect(throws: StoreProblem.self) {
                        try await warnings(location(old.address, file))
                    }
                    #expect(problem?.description.contains("its timeline is 1, and 2 was seen before (\(file);") == true)
                    #expect(problem?.passes == true)
                    // Whoever only looks is told the same.
                    await #expect(throws: StoreProblem.self) {
                        try await onThread { try location(old.address, file).inspect() }
                    }
                    try FileManager.default.removeItem(atPath: file)
                    #expect(try await warnings(location(old.address, file)).count == 1)
                }
            }
        }
    }

    @Test("Another cluster has timelines of its own")
    func clusters() async throws {
        try await withFile { file in
            try await PrivateCluster.running { server in
                try "1 7\n".write(toFile: file, atomically: true, encoding: .utf8)
                _ = try await warnings(location(server.address, file))
                let identity = try await server.sql("SELECT system_identifier FROM pg_control_system()")
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "1 7\n\(identity) 1\n")
            }
        }
    }

    @Test("Where nothing can be kept that is said, and a command leaves no file")
    func notKept() async throws {
        try await withFile { file in
            try await SharedCluster.standard.lend { server in
                let schema = SharedCluster.newSchema()
                let nowhere = file + "/of-nobody"
                let said = try await warnings(location(server.address, nowhere, schema: schema))
                #expect(said.contains { $0.contains("\(nowhere) cannot be written") }, "\(said)")
                // Nothing new was seen by a daemon that comes after one that could write it.
                let folder = file + "-is-a-folder"
                try FileManager.default.createDirectory(
                    atPath: folder + "/of-somebody", withIntermediateDirectories: true)
                let identity = try await server.sql("SELECT system_identifier FROM pg_control_system()")
                let known = TimelineWatch(file: folder, knowing: [identity: 1])
                let again = PostgresLocation(
                    try PostgreSQLAddress(server.address), schema: schema, timelines: known)
                #expect(try await warnings(again).contains { $0.contains("\(folder) cannot be written") })
                _ = try await onThread {
                    try location(server.address, file, schema: schema).openExisting().finish()
                }
                #expect(!FileManager.default.fileExists(atPath: file))
                let role = "r" + SharedCluster.newSchema()
                try await server.sql(
                    "CREATE ROLE \(role) LOGIN", "GRANT CREATE ON DATABASE postgres TO \(role)",
                    "REVOKE EXECUTE ON FUNCTION pg_control_system FROM PUBLIC")
                let hidden = try await warnings(
                    location(server.address(of: role), file, schema: SharedCluster.newSchema()))
                #expect(hidden.contains { $0.contains("may not see its timeline") }, "\(hidden)")
                let inspected = try await onThread {
                    try location(server.address(of: role), file, schema: SharedCluster.newSchema()).inspect()
                }
                #expect(inspected.contains { $0.contains("may not see its timeline") }, "\(inspected)")
                // Once it may, nobody is warned any more.
                let watch = TimelineWatch(file: file)
                for (address, isHidden) in [
                    (server.address, false), (server.address(of: role), true), (server.address, false),
                ] {
                    let place = PostgresLocation(
                        try PostgreSQLAddress(address), schema: SharedCluster.newSchema(), timelines: watch)
                    let said = try await warnings(place)
                    #expect(said.contains { $0.contains("may not see its timeline") } == isHidden, "\(said)")
                }
            }
        }
    }
}
