// What a workflow of Insightly tells the real program.

import AsyncHTTPClient
import Foundation
import NIOHTTP1
import SimulatedWorld
import Simulator
import StartedPrograms
import Testing

@Suite("Hints to the real program", .timeLimit(.minutes(60)))
struct HintTests {
    private static let credentials = "hook:of the workflow"

    private func post(_ url: String, _ credentials: String?, body: String = "") async throws -> UInt {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        if let credentials {
            request.headers.add(
                name: "Authorization", value: "Basic \(Data(credentials.utf8).base64EncodedString())")
        }
        request.body = .bytes(Data(body.utf8))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
    }

    @Test("bring in a second what a poll would bring in an hour, whatever is sent along, and with the credentials only")
    func hints() async throws {
        try await Stage.set { stage in
            try stage.configure([
                "hint.listen": #""127.0.0.1:0""#, "hint.username": #""hook""#, "hint.password": #""of the workflow""#,
                "event.poller.refresh_interval": "60",
            ])
            let daemon = try stage.startDaemon()
            let base = "http://127.0.0.1:\(try await daemon.port(ofThe: "server for hints"))/hint/"
            try await daemon.hasLearned(4)
            #expect(try await post(base + "contacts", nil) == 401)
            #expect(try await post(base + "contacts", "hook:guessed") == 401)
            #expect(try await post(base + "nothing", Self.credentials) == 404)
            let before = stage.took.events.count
            stage.live.change { instance, now in (0..<5).flatMap { _ in instance.edit(at: now) } }
            for name in ["contacts", "Organisations", "leads", "opportunities"] {
                #expect(try await post(base + name, Self.credentials, body: "<not read>") == 202)
            }
            try await stage.took.wait { $0.count > before }
            #expect(await daemon.stop() == 0)
        }
    }
}
