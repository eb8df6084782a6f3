// What the real program finds out of a configuration by asking: each resource once.

import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("check --online", .timeLimit(.minutes(60)))
struct OnlineCheckTests {
    private func check(_ stage: Stage, _ options: String...) async throws -> (said: String, status: Int32?) {
        let program = try stage.start(["check", "--online"] + options)
        var text = ""
        for await line in program.lines { text += line + "\n" }
        return (text, await program.exitStatus)
    }

    @Test("Each resource is asked for once, one record of it, and told with how many there are")
    func readable() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let (said, status) = try await check(stage)
            #expect(status == 0)
            let paths = [
                ("contacts", "/Contacts"), ("organisations", "/Organisations"), ("leads", "/Leads"),
                ("opportunities", "/Opportunities"),
            ]
            for (resource, path) in paths {
                let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("\(resource): /") })
                #expect(line.hasPrefix("\(resource): \(path) can be read, ") && line.hasSuffix(" records"), "\(line)")
            }
            let asked = stage.requestLog.entries.map(\.path)
            #expect(asked.count == 5 && asked[0].hasSuffix("/Instance"), "\(asked)")
            for (_, path) in paths { #expect(asked.count { $0.hasSuffix(path) } == 1, "\(asked)") }
        }
    }

    @Test("What is wrong with a resource is told with what to do, beside those that can be read, and is exit status 78")
    func unreadable() async throws {
        try await Stage.set(Stage.world { $0.hiddenObjects[.leads] = 403 }) { stage in
            try stage.configure([
                "event.poller.configuration": #"""
                {"contacts": {}, "leads": {},
                 "Nowhere__c": {"url": "/Nowhere__c?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                    "idField": "RECORD_ID", "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC"}},
                 "wrongId": {"url": "/Organisations/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                    "idField": "ORG_ID", "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC"}}}
                """#
            ])
            let (said, status) = try await check(stage)
            #expect(status == 78)
            #expect(said.contains("contacts: /Contacts can be read, "))
            #expect(said.contains("leads: WRONG: /Leads: the key's user may not read it"))
            #expect(said.contains("Nowhere__c: WRONG: /Nowhere__c: the API knows no such resource (404)"), "\(said)")
            #expect(said.contains("wrongId: WRONG: a record of /Organisations"), "\(said)")
            #expect(said.contains(#"Check the idField of "wrongId""#), "\(said)")

            let json = try await check(stage, "--json")
            #expect(json.status == 78)
            let report = try JSONSerialization.jsonObject(with: Data(json.said.utf8)) as? [String: Any]
            let online = try #require(report?["online"] as? [String: Any])
            #expect(online["plan"] as? String == "Enterprise" && online["requests_left"] is Int)
            let resources = try #require(online["resources"] as? [[String: Any]])
            #expect(resources.map { $0["status"] as? Int } == [200, 403, 404, 200])
            #expect(resources.map { $0["problem"] == nil } == [true, false, false, false])
            #expect(resources[0]["records"] is Int)
        }
    }

    @Test("Problems are told to programs as well")
    func problems() async throws {
        try await Stage.set { stage in
            try stage.configure(["insightly.pdo": #""na1""#])
            let (said, status) = try await check(stage, "--json")
            #expect(status == 78)
            let report = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
            let problems = try #require(report?["problems"] as? [[String: Any]])
            #expect(problems.map { $0["key"] as? String } == ["insightly.pdo"])
            #expect(report?["online"] == nil)
        }
    }
}
