// Receivers that other people wrote must take what the daemon sends.

import ChangeFeed
import Foundation
import Simulator
import StartedPrograms
import Testing

@Suite(
    "Verifiers that others wrote", .timeLimit(.minutes(60)),
    .enabled(if: Interop.python != nil, Interop.noPython))
struct InteropTests {
    private static let olderKey = "whsec_dGhlIG9sZGVyIG9mIHR3byBrZXlzLCAzMiBieXRlcyE="
    private static let privateKey =
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
    private static let publicKey = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="

    /// Everything there is reaches a receiver that knows this secret, and every event holds.
    private func verifies(
        _ verifier: String, secret: String, keys: String, format: String = "standard"
    ) async throws {
        try await Stage.set { stage in
            let receiver = try RunningProgram(
                try #require(Interop.python), [Project.file("Tests/Interop/receiver.py")],
                environment: ["WEBHOOK_SECRET": secret, "VERIFIER": verifier])
            var said = receiver.lines.makeAsyncIterator()
            let url = try #require(await said.next())
            try stage.configure([
                "event.poller.start": #""beginning""#, "event.notification.callback.url": "\"\(url)\"",
                "event.notification.signature.key": keys, "event.notification.format": "\"\(format)\"",
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

    @Test("The Standard Webhooks and Svix packages verify every event", arguments: ["standardwebhooks", "svix"])
    func oneKey(verifier: String) async throws {
        try await verifies(verifier, secret: Stage.signatureKey, keys: #"["\#(Stage.signatureKey)"]"#)
    }

    @Test(
        "They verify the older of two keys, and what is signed by a private key beside it",
        arguments: ["standardwebhooks", "svix"])
    func rotation(verifier: String) async throws {
        let keys = #"["\#(Stage.signatureKey)", "\#(Self.privateKey)", "\#(Self.olderKey)"]"#
        try await verifies(verifier, secret: Self.olderKey, keys: keys)
    }

    @Test("PyNaCl verifies v1a with the public key")
    func ed25519() async throws {
        try await verifies("ed25519", secret: Self.publicKey, keys: "\"\(Self.privateKey)\"")
    }

    @Test("The CloudEvents package parses every event")
    func cloudEvents() async throws {
        try await verifies(
            "cloudevents", secret: Stage.signatureKey, keys: "\"\(Stage.signatureKey)\"", format: "cloudevents")
    }

    @Test("What the documentation of the vendor's platform tells receivers to do verifies every event")
    func elements() async throws {
        let key = "MySecretEventSignatureKey"
        try await verifies("elements", secret: key, keys: "\"\(key)\"", format: "cloud-elements")
    }
}
