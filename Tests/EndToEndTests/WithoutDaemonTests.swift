// What the commands say where no daemon runs on the store.

import Foundation
import StartedPrograms
import Testing

@Suite("Without a daemon", .timeLimit(.minutes(60)))
struct WithoutDaemonTests {
    @Test(
        "status says whether a daemon runs, however the last one ended, and foretells no poll without one",
        arguments: [SIGTERM, SIGKILL])
    func status(end: Int32) async throws {
        try await Stage.set { stage in
            try stage.configure()
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            // The first poll may end after the first reading.
            while try await stage.status().resource("contacts")["next_poll"] == nil {}
            #expect(try await stage.status().daemonRuns == true)
            #expect(try await stage.says(["status"]).hasPrefix("daemon        runs\nstore         /"))
            daemon.signal(end)
            _ = await daemon.exitStatus
            let dead = try await stage.status()
            #expect(dead.daemonRuns == false)
            let contacts = try dead.resource("contacts")
            #expect(contacts["last_poll"] is String && contacts["next_poll"] == nil)
            let said = try await stage.says(["status"])
            #expect(said.hasPrefix("attention     no daemon runs on this store: nothing is polled and nothing sent"))
            #expect(said.contains("\ndaemon        DOES NOT RUN"))
            #expect(!said.contains(", next "))
            #expect(said.contains("once a daemon runs:\npolling: "))
        }
    }

    @Test("What waits for an endpoint that is not configured any more is given up, while a daemon runs and with it")
    func givingUpAQueue() async throws {
        try await Stage.set { stage in
            let old = #"[{"name": "old", "url": "http://127.0.0.1:9/"}]"#
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.endpoints": old,
                "event.notification.retry.schedule": #"["1h"]"#,
            ])
            let first = try stage.startDaemon()
            try await stage.took.wait { $0.count == 95 }
            #expect(await first.stop() == 0)
            try stage.configure()
            for command in [["resume", "old"], ["replay", "--all", "--endpoint", "old"]] {
                let (said, status) = try await stage.refuses(command)
                #expect(status == 1 && said.contains("old is not configured any more"), "\(said)")
            }
            #expect(try await stage.status().endpoint("old")["open"] as? Int == 95)
            let one = try #require(try await stage.deliveries("--endpoint", "old", "--state", "pending").last)
            let number = try #require(one["delivery"] as? Int)
            let second = try stage.startDaemon()
            try #require(await second.lines.first { $0.contains(#""message":"polling""#) } != nil)
            let asked = try await stage.says(["deliveries", "give-up", "\(number)"])
            #expect(asked.hasPrefix("asked for: the daemon gives"), "\(asked)")
            let told = await second.lines.first { $0.contains("given up as was asked") }
            #expect(told?.contains(#""endpoint":"old""#) == true, "\(told ?? "")")
            let all = try await stage.says(["deliveries", "give-up", "--all", "--endpoint", "old"])
            #expect(all.contains("94 deliveries"), "\(all)")
            let rest = await second.lines.first { $0.contains("is given up as was asked") }
            #expect(rest?.contains(#""deliveries":94"#) == true, "\(rest ?? "")")
            let left = try await stage.status().endpoint("old")
            #expect(left["state"] as? String == "unconfigured" && left["dead_letters"] as? Int == 95)
            #expect(try await stage.deliveries("--endpoint", "old", "--state", "dead", "--limit", "200").count == 95)
            #expect(try await stage.says(["status"]).contains("`insightly-webhooks deliveries discard --endpoint old"))
            let discarding = try await stage.says(["deliveries", "discard", "--endpoint", "old"])
            #expect(discarding == "asked for: the daemon discards 95 dead letters of old\n", "\(discarding)")
            let gone = await second.lines.first { $0.contains("dead letters are discarded as was asked") }
            #expect(gone?.contains(#""letters":95"#) == true && gone?.contains(#""endpoint":"old""#) == true)
            #expect(try await stage.status().endpoint("old").isEmpty)
            #expect(await second.stop() == 0)
            #expect(try await stage.says(["deliveries", "list", "--state", "dead"]) == "none\n")
        }
    }
}
