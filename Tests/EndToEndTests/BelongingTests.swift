// The real program on a store whose instance, objects, id fields or names have changed.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("What the store belongs to", .timeLimit(.minutes(60)))
struct BelongingTests {
    private func resources(_ text: String) -> [String: String] { ["event.poller.configuration": text] }

    private func said(by daemon: RunningProgram) async -> [String] {
        var said: [String] = []
        for await line in daemon.lines { said.append(line) }
        return said
    }

    /// A daemon that polls contacts, and has learned which instance they are of.
    private func firstRun(on stage: Stage) async throws -> RunningProgram {
        try stage.configure(resources(#"{"contacts": {}}"#))
        let daemon = try stage.startDaemon()
        #expect(await daemon.lines.first { $0.contains("belongs to this instance from now on") } != nil)
        return daemon
    }

    @Test("Another instance is refused with 69 and the way out, before anything of it is read")
    func anotherInstance() async throws {
        try await Stage.set { stage in
            let first = try await firstRun(on: stage)
            #expect(await first.stop() == 0)
            let asked = stage.requestLog.count
            stage.live.withInstance { instance, _ in instance.quirks.subdomain = "another" }
            let second = try stage.startDaemon()
            let said = await said(by: second)
            #expect(await second.exitStatus == 69)
            #expect(said.contains { $0.contains(#"\"another\""#) && $0.contains("store.path") })
            #expect(said.contains { $0.contains("resume --instance NAME") && $0.contains("--anew") })
            #expect(stage.requestLog.count == asked + 1)
            #expect(stage.took.events.isEmpty)
            stage.live.withInstance { instance, _ in instance.quirks.subdomain = "simulated" }
            let third = try stage.startDaemon()
            try await third.hasRead(pages: 2)
            #expect(await third.stop() == 0)
        }
    }

    @Test("Which instance it is has to be known before anything is polled, however often the API fails to say so")
    func instanceUnknown() async throws {
        try await Stage.set { stage in
            let first = try await firstRun(on: stage)
            #expect(await first.stop() == 0)
            let asked = stage.requestLog.count
            stage.live.withInstance { instance, _ in
                instance.quirks.subdomain = "another"
                instance.faults = Faults([.serverError: 1])
            }
            let second = try stage.startDaemon()
            #expect(await second.lines.first { $0.contains("nothing is polled yet") } != nil)
            // It is said before it is written.
            while try await stage.status().instance["status"] as? Int != 500 {}
            stage.live.withInstance { instance, _ in instance.faults = .none }
            #expect(await second.exitStatus == 69)
            #expect(stage.requestLog.entries.dropFirst(asked).allSatisfy { $0.polled == nil })
            #expect(stage.took.events.isEmpty)
        }
    }

    @Test("A store goes on with its instance by another name, or learns another one, once the operator says so")
    func takenUp() async throws {
        for options in [[], ["--anew"]] {
            try await Stage.set { stage in
                let first = try await firstRun(on: stage)
                let beside = try stage.start(["resume", "--instance", "another"])
                #expect(await beside.exitStatus == 69)
                #expect(await first.stop() == 0)
                stage.live.withInstance { instance, _ in instance.quirks.subdomain = "another" }
                let resuming = try stage.start(["resume", "--instance", "Another"] + options)
                #expect(await resuming.exitStatus == 0)
                let second = try stage.startDaemon()
                if !options.isEmpty { try await second.hasLearned(1) }
                try await second.hasRead(pages: 3)
                stage.live.change { instance, time in instance.edit(of: .contacts, at: time) }
                try await stage.took.wait { !$0.isEmpty }
                #expect(await second.stop() == 0)
                #expect(stage.took.events.count == 1)
            }
        }
    }

    @Test("Another url or id field makes no events up, and what was known is taken up again when it is back")
    func anotherObject() async throws {
        let leads =
            #"{"contacts": {"url": "/Leads/Search?updated_after_utc=${gmtDate:yyyy-MM-dd HH:mm:ss}","#
            + #" "idField": "LEAD_ID"}}"#
        let byName = #"{"contacts": {"idField": "EMAIL_ADDRESS"}}"#
        for (other, was) in [(leads, "leads by LEAD_ID"), (byName, "contacts by EMAIL_ADDRESS")] {
            try await Stage.set { stage in
                try stage.configure(resources(#"{"contacts": {}}"#))
                let first = try stage.startDaemon()
                try await first.hasLearned(1)
                #expect(await first.stop() == 0)
                try stage.configure(resources(other))
                let second = try stage.startDaemon()
                let line = await second.lines.first { $0.contains("begins anew") }
                #expect(line?.contains(was) == true)
                if other == leads { try await second.hasLearned(1) }
                #expect(await second.stop() == 0)
                try stage.configure(resources(#"{"contacts": {}}"#))
                let third = try stage.startDaemon()
                #expect(await third.lines.first { $0.contains("goes on where it was then") } != nil)
                try await third.hasRead(pages: 3)
                #expect(await third.stop() == 0)
                #expect(stage.took.events.isEmpty)
            }
        }
    }

    @Test(
        "Another way of writing a resource loses nothing of what changed meanwhile; its events are called as it is now")
    func anotherName() async throws {
        for (before, now) in [("accounts", "organisations"), ("contacts", "/Contacts")] {
            let object = before == "contacts" ? SimulatedObject.contacts : .organisations
            try await Stage.set { stage in
                try stage.configure(resources("{\"\(before)\": {}}"))
                let first = try stage.startDaemon()
                try await first.hasLearned(1)
                #expect(await first.stop() == 0)
                stage.live.change { instance, time in (0..<5).flatMap { _ in instance.edit(of: object, at: time) } }
                try stage.configure(resources("{\"\(now)\": {}}"))
                let second = try stage.startDaemon()
                try await stage.took.wait { !$0.isEmpty }
                #expect(await second.stop() == 0)
                #expect(stage.took.events.allSatisfy { $0.resource == now })
            }
        }
    }

    @Test("What the configuration names no more is said at the start")
    func unnamed() async throws {
        try await Stage.set { stage in
            try stage.configure(resources(#"{"contacts": {}, "leads": {}}"#))
            let first = try stage.startDaemon()
            try await first.hasLearned(2)
            #expect(await first.stop() == 0)
            try stage.configure(resources(#"{"contacts": {}}"#))
            let second = try stage.startDaemon()
            let line = await second.lines.first { $0.contains("is not configured any more") }
            #expect(line?.contains("\"leads\"") == true)
            #expect(await second.stop() == 0)
        }
    }
}
