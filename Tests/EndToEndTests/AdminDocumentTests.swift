// What the admin server answers is what its document says, by the word of validators that others wrote.

import Foundation
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing
import WebhookReceiver

@Suite("The document of the admin server", .timeLimit(.minutes(60)))
struct AdminDocumentTests {
    private static let token = "a-token-of-sufficient-length"

    @Test(
        "holds for every answer, of each operation, with a token and without",
        .enabled(if: Interop.python != nil, Interop.noPython))
    func answers() async throws {
        // What its receiver refuses is a dead letter soon.
        try await Stage.set(behaviour: .always(ReceiverAnswer(.status(422)))) { stage in
            try stage.configure([
                "admin.listen": #""127.0.0.1:0""#, "admin.token": "\"\(Self.token)\"",
                "event.notification.retry.schedule": #"["1ms"]"#,
            ])
            let daemon = try stage.startDaemon()
            let base = "http://127.0.0.1:\(try await daemon.adminPort)"
            try await daemon.hasLearned(4)
            stage.live.change { instance, now in (0..<5).flatMap { _ in instance.edit(at: now) } }
            while try await stage.status().queue["dead_letters"] as? Int == 0 { try await daemon.hasRead(pages: 1) }
            let asking = try RunningProgram(
                try #require(Interop.python), [Project.file("Tests/Interop/asked.py"), base, Self.token])
            var said: [String] = []
            for await line in asking.lines { said.append(line) }
            #expect(said.last == "all as described", "\(said.suffix(3))")
            #expect(await daemon.stop() == 0)
        }
    }
}
