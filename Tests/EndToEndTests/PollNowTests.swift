// A resource that is polled before its time, by the real program.

import StartedPrograms
import Testing

@Suite("Polling before its time", .timeLimit(.minutes(60)))
struct PollNowTests {
    @Test("What somebody wants polled is polled next, however long its interval, and what is not there is said")
    func pollNow() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.refresh_interval": "600"])
            let daemon = try stage.startDaemon()
            try await daemon.hasLearned(4)
            // The first poll may end after the first reading.
            while try await stage.status().resource("contacts")["next_poll"] == nil {}
            try stage.live.change { instance, now in
                let id = instance.ids(of: .contacts)[3]
                return [try instance.update(.contacts, id, [.set("LAST_NAME", .text("Go"))], at: now)]
            }
            #expect(try await stage.says(["poll", "contact"]) == "asked for: the daemon polls contacts next\n")
            try await stage.took.wait { !$0.isEmpty }
            #expect(stage.took.events.map(\.type) == ["contact.updated"])
            #expect(try await stage.says(["poll"]).contains("polls contacts organisations leads opportunities next"))
            let answer = try await stage.says(["poll", "leads", "--json"])
            #expect(answer.contains(#""requested" : true"#) && answer.contains(#""leads""#), "\(answer)")
            let (said, status) = try await stage.refuses(["poll", "tickets"])
            #expect(status == 1 && said.contains("no resource tickets was ever polled"), "\(said)")
            #expect(await daemon.stop() == 0)
            #expect(try await stage.says(["poll", "leads"]).contains("once it runs"))
        }
    }
}
