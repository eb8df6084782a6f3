// Records that vanish, by the real program: deleted, hidden, converted, restored, one or many.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Records that are gone", .timeLimit(.minutes(60)))
struct DeletesTests {
    /// Without a limit a second: the polls of these tests alone are more than it allows.
    private static func world(leads: Int? = nil, _ adjust: (inout Quirks) -> Void = { _ in }) -> SimulatedInstance {
        var population = Population.small
        if let leads { population.counts[.leads] = leads }
        return Stage.world(population: population) {
            $0.limits.perSecond = nil
            adjust(&$0)
        }
    }

    @Test("A deleted record is reported once, as last known, after a 404 for its id; restored, it is created again")
    func deleteAndRestore() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let (id, before) = stage.live.withInstance { instance, _ in
                let id = instance.ids(of: .contacts)[7]
                return (id, instance.history(of: .contacts, id).last?.document.json ?? [])
            }
            try stage.live.change { instance, now in [try instance.delete(.contacts, id, at: now)] }
            try await stage.took.wait { !$0.isEmpty }
            let deleted = try #require(stage.took.events.first)
            #expect(deleted.type == "contact.deleted")
            #expect(deleted.recordID == String(id))
            #expect(deleted.changes == nil)
            #expect(deleted.record.map { Array($0.bytes) } == before)
            let confirmed = stage.live.withInstance { instance, _ in
                instance.requests.entries.contains { $0.path.hasSuffix("/Contacts/\(id)") && $0.status == 404 }
            }
            #expect(confirmed)

            try stage.live.change { instance, now in [try instance.restore(.contacts, id, at: now)] }
            try await stage.took.wait { $0.count >= 2 }
            #expect(stage.took.events.map(\.type) == ["contact.deleted", "contact.created"])
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A restored record whose stamp did not move is found all the same")
    func restoredQuietly() async throws {
        try await Stage.set(Self.world { $0.restoreMovesStamp = false }) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let id = stage.live.withInstance { instance, _ in instance.ids(of: .leads)[3] }
            try stage.live.change { instance, now in [try instance.delete(.leads, id, at: now)] }
            try await stage.took.wait { !$0.isEmpty }
            try stage.live.change { instance, now in [try instance.restore(.leads, id, at: now)] }
            try await stage.took.wait { $0.count >= 2 }
            #expect(stage.took.events.map(\.type) == ["lead.deleted", "lead.created"])
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("A hidden record is no delete, and a converted lead that lists leave out is an update")
    func hiddenAndConverted() async throws {
        try await Stage.set(Self.world { $0.listsConvertedLeads = false }) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let (hidden, lead, gone) = stage.live.withInstance { instance, _ in
                (instance.ids(of: .contacts)[2], instance.ids(of: .leads)[4], instance.ids(of: .contacts)[20])
            }
            try stage.live.change { instance, now in
                [try instance.hide(.contacts, hidden, at: now)] + (try instance.convert(lead: lead, at: now))
                    + [try instance.delete(.contacts, gone, at: now)]
            }
            try await stage.took.wait { events in
                events.contains { $0.type == "lead.updated" } && events.contains { $0.type == "contact.deleted" }
                    && events.contains { $0.type == "contact.created" }
            }
            let events = stage.took.events
            #expect(events.filter { $0.type.hasSuffix(".deleted") }.map(\.recordID) == [String(gone)])
            let update = try #require(events.first { $0.type == "lead.updated" })
            #expect(update.recordID == String(lead))
            #expect(update.changes?.contains { $0.path == "/CONVERTED" } == true)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Without event.poller.deletes nothing but polls is asked")
    func switchedOff() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure(["event.poller.deletes": "false"])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            try stage.live.change { instance, now in
                [try instance.delete(.contacts, instance.ids(of: .contacts)[7], at: now)]
            }
            try await daemon.hasRead(pages: 40)
            let isBrief = stage.live.withInstance { instance, _ in
                instance.requests.entries.contains { $0.query.contains(QueryItem("brief", "true")) }
            }
            #expect(!isBrief)
            #expect(stage.took.events.isEmpty)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Many deletes at once are confirmed by a sample, and then one by one")
    func massDelete() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let gone = stage.live.withInstance { instance, _ in Array(instance.ids(of: .contacts).prefix(30)) }
            try stage.live.change { instance, now in
                try gone.map { try instance.delete(.contacts, $0, at: now) }
            }
            try await stage.took.wait { $0.count >= 30 }
            #expect(Set(stage.took.events.map(\.recordID)) == Set(gone.map(String.init)))
            #expect(stage.took.events.allSatisfy { $0.type == "contact.deleted" })
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Many that vanish and still exist are held and said loudly; released, those that are gone are told")
    func massHeld() async throws {
        try await Stage.set(Self.world()) { stage in
            try stage.configure(["admin.listen": "\"127.0.0.1:0\""])
            let daemon = try stage.startDaemon()
            let base = "http://127.0.0.1:\(try await daemon.adminPort)"
            try await daemon.hasLearned(4)
            let (gone, hidden) = stage.live.withInstance { instance, _ in
                let ids = instance.ids(of: .contacts)
                return (Array(ids.prefix(25)), Array(ids[25..<31]))
            }
            try stage.live.change { instance, now in
                try gone.map { try instance.delete(.contacts, $0, at: now) }
                    + hidden.map { try instance.hide(.contacts, $0, at: now) }
            }
            var told = ""
            for await line in daemon.lines where line.contains("are held: of a sample") {
                told = line
                break
            }
            for await line in daemon.lines where line.contains("read a page") && line.contains("contacts") { break }
            let held = try await stage.status().resource("contacts")
            #expect(held["deletes_held_since"] is String)
            let deletes = try #require(held["deletes_held"] as? [String: Any])
            #expect(deletes["awaits"] as? String == "operator")
            let records = try #require(deletes["records"] as? Int)
            #expect(records > 20 && records == held["deletes_pending"] as? Int)
            #expect(told.contains("the deletes of \(records) vanished records are held"))
            let metrics = try await knownMetrics(of: base)
            #expect(metrics.contains("insightly_webhooks_deletes_held{resource=\"contacts\"} \(records)\n"))
            #expect(metrics.contains("insightly_webhooks_deletes_awaiting_sample{resource=\"contacts\"} 0\n"))
            #expect(stage.took.events.isEmpty)

            let release = try stage.start(["release", "contacts"], secrets: false)
            #expect(await release.exitStatus == 0)
            try await stage.took.wait { $0.count >= 25 }
            #expect(Set(stage.took.events.map(\.recordID)) == Set(gone.map(String.init)))
            var after = try await stage.status().resource("contacts")
            while after["deletes_pending"] as? Int != 0 { after = try await stage.status().resource("contacts") }
            #expect(after["hidden"] as? Int == 6)
            #expect(after["deleted"] as? Int == 25)
            #expect(after["records_known"] as? Int == 15)
            #expect(await daemon.stop() == 0)
        }
    }

    @Test("Many leads that are converted at once, and in no list then, are held once, and it ends by itself")
    func massConverted() async throws {
        try await Stage.set(Self.world(leads: 40) { $0.listsConvertedLeads = false }) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let leads = stage.live.withInstance { instance, _ in Array(instance.ids(of: .leads).prefix(30)) }
            try stage.live.change { instance, now in
                try leads.flatMap { try instance.convert(lead: $0, at: now) }
            }
            var lines: [String] = []
            for await line in daemon.lines where line.contains("leads") {
                lines.append(line)
                let isAskedTwice = stage.live.withInstance { instance, _ in
                    let asked = instance.requests.entries.filter { $0.status == 200 }.map(\.path)
                    return leads.allSatisfy { lead in asked.count { $0.hasSuffix("/Leads/\(lead)") } > 1 }
                }
                if isAskedTwice { break }
            }
            #expect(lines.count { $0.contains("are no longer in the lists") } == 1)
            #expect(lines.count { $0.contains("no deletes are held any more") } == 1)
            #expect(!lines.contains { $0.contains("are held: of a sample") })
            #expect(try await stage.status().resource("leads")["unlisted"] as? Int == 30)
            #expect(await daemon.stop() == 0)
        }
    }
}
