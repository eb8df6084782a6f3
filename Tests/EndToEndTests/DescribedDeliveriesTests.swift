// What the daemon sends is what `schema` says that it sends, by the word of validators that others wrote.

import AsyncHTTPClient
import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("The document of the webhooks", .timeLimit(.minutes(60)))
struct DescribedDeliveriesTests {
    private static let formats = ["standard", "cloudevents", "cloud-elements"]
    private static let resources = #"""
        {"contacts": {}, "organisations": {}, "leads": {}, "opportunities": {}, "projects": {},
         "Fruit__c": {"url": "/Fruit__c/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}",
                      "idField": "RECORD_ID",
                      "datesConfiguration": {"updatedDateField": "DATE_UPDATED_UTC",
                                             "updatedDateFormat": "yyyy-MM-dd HH:mm:ss"}}}
        """#

    /// An endpoint of each format, and one that coalesces what waits.
    private static func endpoints(_ url: String) -> String {
        let plain = formats.map { #"{"name": "\#($0)", "url": "\#(url)\#($0)", "format": "\#($0)"}"# }
        let folded = #"""
            {"name": "folded", "url": "\#(url)folded", "coalesce": true, "retry.schedule": ["30m", "30m"],
             "resources": ["leads"], "headers": {"X-Token": "token"}}
            """#
        return "[" + (plain + [folded]).joined(separator: ",") + "]"
    }

    @Test(
        "holds for every delivery: of each format, created, updated, deleted, restored, coalesced and replayed",
        .enabled(if: Interop.python != nil, Interop.noPython))
    func deliveries() async throws {
        try await Stage.set(Stage.world { $0.limits.perSecond = nil }) { stage in
            // The receiver reads the document first, and that names endpoints, whose addresses it does not have.
            let keys = ["event.poller.configuration": Self.resources, "event.notification.callback.url": "null"]
            try stage.configure(keys.merging(["event.notification.endpoints": Self.endpoints(stage.callback)]) { $1 })
            let document = stage.directory.appendingPathComponent("webhooks.json").path
            try await stage.says(["schema"]).write(toFile: document, atomically: true, encoding: .utf8)
            let receiver = try RunningProgram(
                try #require(Interop.python), [Project.file("Tests/Interop/described.py"), document])
            var said = receiver.lines.makeAsyncIterator()
            let url = try #require(await said.next())
            try stage.configure(keys.merging(["event.notification.endpoints": Self.endpoints(url)]) { $1 })
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(6)

            try await Self.edit(stage, daemon)
            var seen: Set<String> = []
            var invalid: [String] = []
            func see(_ wanted: [String]) async {
                while !Set(wanted).isSubset(of: seen), let line = await said.next() {
                    if line.hasPrefix("valid ") { seen.insert(line) } else { invalid.append(line) }
                }
            }
            let kinds = ["contact.created", "contact.updated changes", "contact.deleted", "Fruit__c.created"]
            await see(Self.formats.flatMap { format in kinds.map { "valid \(format) \($0)" } })
            await see(["valid standard contact.created restored", "valid cloudevents contact.created restored"])

            var request = HTTPClientRequest(url: url + "open")
            request.method = .POST
            _ = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
            _ = try await stage.says(["resume", "folded"])
            await see(["valid folded lead.updated changes"])
            _ = try await stage.says(["replay", "--type", "contact.deleted", "--rate", "1000"])
            await see(Self.formats.map { "valid \($0) contact.deleted replay" })
            #expect(await daemon.stop() == 0)
            #expect(invalid == [])
        }
    }

    /// Something of every kind; of one lead twice, once its first event waits.
    private static func edit(_ stage: Stage, _ daemon: RunningProgram) async throws {
        func untilLogged(_ count: Int) async throws {
            while try await stage.status().queue["last_sequence"] as? Int != count {
                try await daemon.hasRead(pages: 1)
            }
        }
        let (contact, lead) = stage.live.withInstance { instance, _ in
            (instance.ids(of: .contacts)[3], instance.ids(of: .leads)[2])
        }
        for (number, name) in ["First", "Second"].enumerated() {
            try stage.live.change { instance, now in
                [try instance.update(.leads, lead, [.set("LAST_NAME", .text(name))], at: now)]
            }
            try await untilLogged(number + 1)
        }
        try stage.live.change { instance, now in
            [
                try instance.create(.contacts, at: now), try instance.create(.fruit, at: now),
                try instance.update(.contacts, contact, [.set("LAST_NAME", .text("Żółć"))], at: now),
            ]
        }
        try await untilLogged(5)
        try stage.live.change { instance, now in [try instance.delete(.contacts, contact, at: now)] }
        try await untilLogged(6)
        try stage.live.change { instance, now in [try instance.restore(.contacts, contact, at: now)] }
        try await untilLogged(7)
        for _ in 0..<40 { stage.live.editUnlessFrozen() }
    }

    @Test("of the built-in resources lies in config, and is right by the word of others")
    func committed() async throws {
        let path = Project.file("config/webhooks.openapi.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        if !FileManager.default.fileExists(atPath: "/etc/insightly-webhooks/config.json") {
            let program = try RunningProgram(product: "insightly-webhooks", ["schema"])
            var said = ""
            for await line in program.lines { said += line + "\n" }
            let isCurrent = said == text
            #expect(isCurrent)
            #expect(await program.exitStatus == 0)
        }
        guard let python = Interop.python else { return }
        let validator = try RunningProgram(python, ["-m", "openapi_spec_validator", path])
        #expect(await validator.lines.first { _ in true }?.hasSuffix(": OK") == true)
    }

    @Test("is refused with 78 where the configuration is wrong, or not there")
    func refused() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.configuration": #"{"Fruit__c": {}}"#])
            let wrong = try await stage.refuses(["schema"])
            #expect(wrong.status == 78 && wrong.said.contains("event.poller.configuration.Fruit__c.idField"))
            let missing = try RunningProgram(product: "insightly-webhooks", ["schema", "--config", "/nowhere.json"])
            #expect(await missing.exitStatus == 78)
        }
    }
}
