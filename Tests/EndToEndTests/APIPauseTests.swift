// What the real program makes of an API that wants to be left alone, and of an operator who knows better.

import ChangeFeed
import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Pauses of the API", .timeLimit(.minutes(60)))
struct APIPauseTests {
    @Test("A 429 that asks for years is believed for an hour, over a restart too; resume --api ends it")
    func longPause() async throws {
        // A pause for going too fast would be shown as well.
        var world = Stage.world { $0.limits.perSecond = nil }
        world.faults = Faults([.longPause: 1])
        try await Stage.set(world) { stage in
            try stage.configure()
            let first = try stage.startDaemon()
            var line = ""
            for await said in first.lines where said.contains("requests wait") {
                line = said
                break
            }
            #expect(line.contains("the API asked for a pause (429), until 20"))
            #expect(line.contains("resume --api"))
            #expect(await first.stop() == 0)
            let quota = try await stage.status().quota
            #expect(quota["paused_for"] as? String == "throttled")
            let text = try #require(quota["paused_until"] as? String)
            let until = try #require(try? Date(text, strategy: .iso8601))
            #expect((3_000...3_610).contains(until.timeIntervalSinceNow))
            #expect(try await stage.says(["status"]).contains("PAUSED until \(text): the API asked for a pause"))

            let asked = stage.requestLog.count
            stage.live.withInstance { instance, _ in instance.faults = .none }
            let second = try stage.startDaemon()
            for await said in second.lines where said.contains("requests wait") { break }
            #expect(stage.requestLog.count == asked)
            #expect(try await stage.says(["resume", "--api"]).contains("the API is resumed"))
            try await second.hasLearned(4)
            #expect(try await stage.status().quota["paused_for"] == nil)
            #expect(await second.stop() == 0)
        }
    }

    /// Refused once, a resource is asked for again after its interval; the second refusal is taken seriously.
    private func longRest(_ stage: Stage) async throws -> [String: Any] {
        var rest: [String: Any] = [:]
        while (rest["until"] as? String).flatMap({ try? Date($0, strategy: .iso8601) }).map({
            $0.timeIntervalSinceNow < 60
        }) ?? true {
            rest = try await stage.status().rests.first ?? [:]
        }
        return rest
    }

    @Test("A resource that is refused is shown with its rest, and asked for again at once where the API is resumed")
    func rest() async throws {
        try await Stage.set(Stage.world { $0.hiddenObjects[.contacts] = 403 }) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(3)
            let rest = try await longRest(stage)
            #expect(rest["resource"] as? String == "contacts")
            #expect(rest["status"] as? Int == 403)
            #expect(try await stage.says(["status"]).contains("contacts was answered 403, and is asked for again at"))
            stage.live.withInstance { instance, _ in instance.quirks.hiddenObjects = [:] }
            _ = try await stage.says(["resume", "--api"])
            try await daemon.hasLearned(1)
            #expect(try await stage.status().rests.isEmpty)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("No poll is foretold that a rest does not allow")
    func foretold() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            // A poll of it has ended, so that the next one is foretold.
            while try await stage.status().resource("contacts")["next_poll"] == nil {}
            stage.live.withInstance { instance, _ in instance.quirks.hiddenObjects[.contacts] = 403 }
            let until = try await longRest(stage)["until"] as? String
            let next = try await stage.status().resource("contacts")["next_poll"] as? String
            #expect(try #require(next) >= #require(until))
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Without a pod in reach, a 404 is told with what it may come from")
    func notFound() async throws {
        try await Stage.set { stage in
            let base = stage.baseURL.replacing("/v3.1/", with: "/v2.2/")
            try stage.configure(["insightly.base_url": "\"\(base)\""])
            let check = try stage.start(["check", "--online"])
            var said = ""
            for await line in check.lines { said += line + "\n" }
            #expect(said.contains("insightly.base_url: ends in /v2.2/"))
            #expect(said.contains("answered 404. insightly.base_url does not end in /v3.1/"))
            let daemon = try stage.startDaemon()
            for await line in daemon.lines where line.contains("insightly.base_url does not end in /v3.1/") { break }
            #expect(await daemon.stop() == 0)
        }
    }
}
