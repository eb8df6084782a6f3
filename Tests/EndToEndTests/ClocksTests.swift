// What the real program does where the API's clocks are not its own.

import ChangeFeed
import Foundation
import ReceivedEvents
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Clocks that disagree", .timeLimit(.minutes(60)))
struct ClocksTests {
    @Test("A Date far ahead of the stamps hides no change, is told once, and is in status", arguments: [7_200, -7_200])
    func disagreement(ahead: Int) async throws {
        // Whoever checks does not know what the daemon asks in the same second.
        let world = Stage.world {
            $0.dateAhead = .seconds(ahead)
            $0.limits.perSecond = nil
        }
        try await Stage.set(world) { stage in
            try stage.configure(["event.poller.deletes": "false"])
            let daemon = try stage.startDaemon()
            var warnings: [String] = []
            var learned = 0
            for await line in daemon.lines {
                if line.contains("the clocks disagree") { warnings.append(line) }
                if line.contains("learned what is there") { learned += 1 }
                if learned == 4 { break }
            }
            try stage.live.change { world, now in
                try world.ids(of: .contacts).prefix(6).map {
                    try world.update(.contacts, $0, [.set("LAST_NAME", .text("Seen by polls"))], at: now)
                }
            }
            try await stage.took.wait { $0.count >= 6 }
            let events = stage.took.events
            #expect(Set(events.map(\.recordName)).count == 6)
            #expect(events.allSatisfy { $0.type == "contact.updated" && $0.changes?.isEmpty == false })
            daemon.signal(SIGTERM)
            for await line in daemon.lines where line.contains("the clocks disagree") { warnings.append(line) }
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("every signature") == true)
            let check = try stage.start(["check", "--online"])
            var said = ""
            for await line in check.lines { said += line + "\n" }
            #expect(said.contains("warning: the clocks disagree: the API's says"))
            let clocks = try await stage.status().clocks
            #expect(clocks["disagree"] as? Bool == true)
            // How long an answer was on its way cannot be told from how far the clocks are apart.
            #expect(abs((clocks["server_ahead_seconds"] as? Int ?? 0) - ahead) <= 600)
        }
    }
}
