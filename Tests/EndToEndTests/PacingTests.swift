// How the real program treats the API's limits and refusals, as the API counts them.

import EventStore
import SimulatedWorld
import ChangeFeed
import Foundation
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("Keeping within the limits", .timeLimit(.minutes(60)))
struct PacingTests {
    @Test("However fast the polls, no second has more requests than allowed, and the API never has to say so")
    func perSecond() async throws {
        try await Stage.set { stage in
            try stage.configure(["insightly.requests_per_second": "10", "event.poller.refresh_interval": "0.0005"])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            try await daemon.hasRead(pages: 40)
            #expect(await daemon.stop() == 0)
            let log = stage.requestLog
            #expect(log.highestCount() <= 10)
            #expect(log.highestInFlight <= 4)
            #expect(log.countByStatus[429] == nil)
        }
    }

    /// A refusal for going too fast would count as our request, but not against the instance's day.
    private func world(perDay: Int) -> SimulatedInstance {
        Stage.world {
            $0.limits.perSecond = nil
            $0.limits.perDay = perDay
        }
    }

    @Test("At once no more is spent than a small part of the share of the day, over restarts as well")
    func share() async throws {
        try await Stage.set(world(perDay: 200)) { stage in
            try stage.configure(["insightly.quota_share": "0.5"])
            for _ in 0..<2 {
                let daemon = try stage.startDaemon()
                let reason = await daemon.lines.first { $0.contains("spread over the day") }
                #expect(reason != nil)
                #expect(await daemon.stop() == 0)
            }
            // Of 100, a twentieth; what was in flight before the limit was known comes on top.
            #expect((5...10).contains(stage.quotaUsed))
        }
    }

    @Test("An interval that the quota has no room for is stretched; the log says so once, and status for how long")
    func stretched() async throws {
        try await Stage.set(world(perDay: 500)) { stage in
            try stage.configure(["insightly.quota_share": "0.8"])
            let daemon = try stage.startDaemon()
            var warnings: [String] = []
            for await line in daemon.lines {
                guard line.contains("they are stretched") else { continue }
                warnings.append(line)
                daemon.signal(SIGTERM)
            }
            #expect(warnings.count == 1)
            // Of 400 a day, 360 for polls of four resources: 16 minutes.
            #expect(warnings.first?.contains("contacts every 9") == true)
            #expect(await daemon.exitStatus == 0)
            let contacts = try await stage.status().resource("contacts")
            #expect(contacts["interval_is_stretched"] as? Bool == true)
            let interval = try #require(contacts["interval_seconds"] as? Double)
            #expect((900...1_000).contains(interval))
            #expect(contacts["expected_delay_worst_seconds"] as? Double == interval)
            #expect(contacts["expected_delay_mean_seconds"] as? Double == interval / 2)
        }
    }

    @Test("As long as a configured interval is kept, status says so, and what it gives way to")
    func keptForNow() async throws {
        try await Stage.set(world(perDay: 200_000)) { stage in
            try stage.configure(["event.poller.refresh_interval": "0.02"])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            let contacts = try await stage.status().resource("contacts")
            #expect(contacts["interval_seconds"] as? Double == 1.2)
            #expect(contacts["interval_is_stretched"] as? Bool == false)
            let said = try await stage.says(["status"])
            #expect(said.contains("contacts: polled every 1.2 s for now, later 2"), "\(said)")
            #expect(said.contains("stretched once half of what may be spent at once is spent"), "\(said)")
            #expect(await daemon.stop() == 0)
        }
    }

    @Test(
        "How often each resource changes is remembered over a restart, and with auto decides at once who is polled when"
    )
    func remembered() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.refresh_interval": #""auto""#])
            let first = try stage.startDaemon()
            try await first.hasLearned(4)
            #expect(await first.stop() == 0)
            try stage.teach(changesPerMinute: ["contacts": 600, "leads": 0.01])
            let before = stage.requestLog.count
            let second = try stage.startDaemon()
            var polls: [SimulatedObject: Int] = [:]
            while polls[.contacts, default: 0] < 6 {
                try await second.hasRead(pages: 1)
                polls = Dictionary(
                    grouping: stage.requestLog.entries.dropFirst(before).compactMap(\.polled), by: \.self
                ).mapValues(\.count)
            }
            // Both were due when the process began, and have gone on since, for as long as the machine took.
            #expect(polls[.leads, default: 0] <= 2 + polls[.contacts, default: 0] / 5)
            #expect(await second.stop() == 0)
            let status = try await stage.status()
            let interval = try ["contacts", "leads"].map {
                try #require(status.resource($0)["interval_seconds"] as? Double)
            }
            #expect(interval[1] > 5 * interval[0])
            #expect(try #require(status.resource("contacts")["changes_per_day"] as? Int) > 1_000)
            #expect(try #require(status.quota["planned_polls"] as? Int) > 10_000)
            // What was in flight when the first process ended may have been anybody's.
            #expect(try #require(status.quota["used_by_others"] as? Int) <= 4)
        }
    }

    @Test("The last twentieth of the day is left to others")
    func reserve() async throws {
        try await Stage.set(world(perDay: 100)) { stage in
            try stage.configure(["insightly.quota_share": "1"])
            // Others have had almost all of the day.
            stage.live.withInstance { instance, now in
                let request = SimulatedRequest(RequestTarget(path: "/Users"), apiKey: Stage.apiKey)
                for _ in 0..<91 { _ = instance.respond(to: request, at: now) }
            }
            let daemon = try stage.startDaemon()
            let reason = await daemon.lines.first { $0.contains("almost none of its day's quota left") }
            #expect(reason != nil)
            #expect(await daemon.stop() == 0)
            #expect(stage.quotaUsed <= 95)
        }
    }

    @Test("A refused key stops everything at once, and the log says what to check")
    func wrongKey() async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon(environment: ["INSIGHTLY_API_KEY": "another-key"])
            let advice = await daemon.lines.first { $0.contains("(401)") && $0.contains("insightly.api_key") }
            #expect(advice?.contains("User Settings") == true)
            #expect(await daemon.stop() == 0)
            #expect(stage.requestLog.count <= 4)
            let quota = try await stage.status().quota
            #expect(quota["paused_for"] as? String == "unauthorized")
            #expect(quota["paused_until"] is String)
        }
    }

    @Test("A resource that the key may not read is named and left alone, and the others go on")
    func forbidden() async throws {
        try await Stage.set(Stage.world { $0.hiddenObjects = [.leads: 403] }) { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            let advice = await daemon.lines.first { $0.contains("(403)") }
            #expect(advice?.contains("/Leads") == true)
            #expect(advice?.contains("event.poller.configuration") == true)
            try await daemon.hasRead(pages: 30)
            #expect(await daemon.stop() == 0)
            let asked = stage.requestLog.entries.filter { $0.polled == .leads }
            // Once more after an interval, for one refusal may be a slip; then not for minutes. What was refused for going
            // too fast (429), which the simulator does beyond ten a second, is asked again in any case.
            #expect((1...2).contains(asked.filter { $0.status == 403 }.count))
            #expect(asked.allSatisfy { [403, 429].contains($0.status) })
        }
    }

    @Test("A burst limit that is hit all the same is waited out as long as the API says")
    func throttled() async throws {
        try await Stage.set(Stage.world { $0.limits.perSecond = 3 }) { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon()
            try await stage.took.wait { $0.count >= 95 }
            #expect(await daemon.stop() == 0)
            let entries = stage.requestLog.entries
            let refused = entries.filter { $0.status == 429 }
            #expect(!refused.isEmpty)
            for refusal in refused {
                // Three more may have been on their way when it was told to wait for a second.
                let next = entries.filter { $0.number > refusal.number && $0.arrived < refusal.arrived + .seconds(1) }
                #expect(next.count <= 3)
            }
        }
    }

    @Test("Errors, resets, cut and damaged answers cost time, and no change")
    func faults() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            stage.live.withInstance { instance, _ in instance.faults = .mixed(0.3, slowness: .milliseconds(300)) }
            let daemon = try stage.startDaemon()
            try await stage.took.wait { stage.isComplete($0, [.contacts, .organisations, .leads, .opportunities]) }
            #expect(await daemon.stop() == 0)
            #expect(stage.receiver.summary.duplicates == 0)
            #expect(stage.took.events.count == 95)
        }
    }
}

extension Stage {
    /// Leaves in the store what polls of the last hour would have taught.
    fileprivate func teach(changesPerMinute: [String: Double]) throws {
        let store = try store()
        let endpoint = try store.endpoint(named: "default", longestWait: .hours(24), at: .wallClock)
        let progress = try store.look { try $0.progress() }
        for (name, changes) in changesPerMinute {
            var pace = ResourcePace()
            for minute in 0..<60 {
                let end = Instant.wallClock - .minutes(60 - minute)
                pace.polled(changes, requests: 1, from: end - .minutes(1), to: end)
            }
            let plan = ResourcePlan(
                name: ResourceName(name), typeName: name, search: try URLTemplate(parsing: "/"),
                listing: RequestTarget(path: "/"), idField: FieldPath("ID"), updatedDate: nil, createdDate: nil,
                interval: .auto)
            var page = PageCommit(
                plan: plan, records: [], sighting: .search,
                detector: ChangeDetector(plan: plan, newsThreshold: .beginning, baselineIsComplete: true),
                progress: try #require(progress[plan.name]), budget: try store.budgetMemory())
            page.pace = pace
            _ = try store.commit(page, to: [endpoint], detectedAt: .wallClock, at: .wallClock)
        }
    }

    var requestLog: RequestLog { live.withInstance { instance, _ in instance.requests } }
    var quotaUsed: Int { live.withInstance { instance, _ in instance.quotaUsed } }
}
