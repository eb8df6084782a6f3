// Receivers that other people wrote must take what the daemon sends.

import Foundation
import Simulator
import StartedPrograms
import Testing

/// Where `scripts/test` has installed the verifiers of others.
private let python = ProcessInfo.processInfo.environment["INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"]

@Suite(
    "Verifiers that others wrote", .timeLimit(.minutes(2)),
    .enabled(if: python != nil, "scripts/test installs them and sets INSIGHTLY_WEBHOOKS_INTEROP_PYTHON"))
struct InteropTests {
    private static let olderKey = "whsec_dGhlIG9sZGVyIG9mIHR3byBrZXlzLCAzMiBieXRlcyE="

    @Test(
        "The Standard Webhooks package verifies every event, with one key, and with the older of two",
        arguments: [false, true])
    func standardWebhooks(isRotating: Bool) async throws {
        try await Stage.set { stage in
            let secret = isRotating ? Self.olderKey : Stage.signatureKey
            let receiver = try RunningProgram(
                try #require(python), [Project.file("Tests/Interop/receiver.py")],
                environment: ["WEBHOOK_SECRET": secret])
            var said = receiver.lines.makeAsyncIterator()
            let url = try #require(await said.next())
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.callback.url": "\"\(url)\"",
                "event.notification.signature.key": isRotating
                    ? #"["\#(Stage.signatureKey)", "\#(Self.olderKey)"]"# : #"["\#(secret)"]"#,
            ])
            let daemon = try stage.startDaemon()
            var verified: Set<String> = []
            while verified.count < 95, let line = await said.next() {
                #expect(line.hasPrefix("verified "))
                verified.insert(line)
            }
            #expect(verified.count == 95)
            #expect(await daemon.stop() == 0)
        }
    }
}
