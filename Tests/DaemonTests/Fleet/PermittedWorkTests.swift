// What an account does whose daemon may begin nothing: a daemon that was stopped, or cut off, beyond its lease.

import ChangeFeed
import DaemonConfiguration
import EventStore
import InsightlyAPI
import Logging
import MemoryStore
import ScriptedPeer
import StagedStores
import Testing

@testable import Daemon

@Suite("What may begin", .timeLimit(.minutes(60)))
struct PermittedWorkTests {
    @Test("Without a permit nothing leaves, while one beside it polls and delivers; with one, all of it does")
    func waits() async throws {
        try await PermittedAccount.running(mayBegin: false) { held in
            try await PermittedAccount.running(mayBegin: true) { free in
                // It was started later, and has done what the other would have.
                try await free.waitsUntilHeard()
            }
            #expect(held.bytesSent == 0)
            #expect(try held.open == 1)
            held.permit.set(until: .distantFuture)
            try await held.waitsUntilHeard()
        }
    }

    @Test("Whoever ends without a permit leaves what it had begun as it was")
    func ends() async throws {
        try await PermittedAccount.running(mayBegin: false) { held in
            try await PermittedAccount.running(mayBegin: true) { free in try await free.waitsUntilHeard() }
            held.account.stop()
            await held.account.ended.wait()
            #expect(held.bytesSent == 0)
            let delivery = try #require(try held.claim().first)
            #expect(delivery.attempts == 0)
            // A permit that comes after the end, as one for accounts that are led on does, begins nothing of it.
            held.permit.set(until: .distantFuture)
            #expect(held.bytesSent == 0)
        }
    }
}

/// An account that is due to be polled and has an event that is due to be delivered.
private struct PermittedAccount {
    let permit: BeginPermit
    let account: RunningAccount
    private let api: ScriptedPeer
    private let receiver: ScriptedPeer
    private let staged: StagedStore<MemoryStore>

    static func running(mayBegin: Bool, _ body: (PermittedAccount) async throws -> Void) async throws {
        try await ScriptedPeer.listening(answering: [[.answer("200 OK", body: "[]")]]) { api in
            try await ScriptedPeer.listening(answering: [[.answer("200 OK")]]) { receiver in
                let transport = InsightlyTransport()
                do {
                    let held = try PermittedAccount(api, receiver, over: transport, mayBegin: mayBegin)
                    let run = Task { [account = held.account] in await account.run() }
                    do { try await body(held) } catch { Issue.record(error) }
                    held.account.stop()
                    await run.value
                } catch {
                    Issue.record(error)
                }
                try await transport.shutdown()
            }
        }
    }

    private init(
        _ api: ScriptedPeer, _ receiver: ScriptedPeer, over transport: InsightlyTransport, mayBegin: Bool
    ) throws {
        let text = """
            {"event.notification.enabled": true, "insightly.base_url": "http://127.0.0.1:\(api.port)/v3.1/",
             "insightly.api_key": "0a1b2c3d-key",
             "event.notification.callback.url": "http://127.0.0.1:\(receiver.port)/in",
             "event.notification.signature.key": "MySecretEventSignatureKey",
             "event.notification.allowed_networks": ["127.0.0.0/8"]}
            """
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let plan = Plan(try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get())
        let (name, settings) = try #require(plan.accounts.first)
        let store = try MemoryLocation(MemoryDisk()).open()
        let clock = SteadyClock()
        let starting = try StartingState(
            [.startAccount(name, settings)], of: store, running: [:], under: { _ in nil }, at: clock.now)
        let known = try #require(starting.accounts[name])
        staged = StagedStore(
            store: try #require(known.store as? MemoryStore), endpoint: try #require(known.endpoints.values.first),
            now: clock.now)
        try staged.commit([StagedStore<MemoryStore>.record(7, name: "Rossi")])
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        permit = BeginPermit(clock: clock, until: mayBegin ? .distantFuture : .distantPast)
        account = RunningAccount(
            settings, known: known,
            .init(
                desk: StoreDesk(store, logger: logger), transport: transport, version: "0", clock: clock,
                permit: permit, logger: logger))
        (self.api, self.receiver) = (api, receiver)
    }

    var bytesSent: Int { api.bytesReceived + receiver.bytesReceived }

    var open: Int { get throws { try staged.store.queueDepth(of: staged.endpoint).open } }

    func claim() throws -> [DueDelivery] {
        try staged.store.claim(of: staged.endpoint, limit: 1, at: staged.now + .minutes(1))
    }

    /// Returns once it has asked, and has told.
    func waitsUntilHeard() async throws {
        for peer in [api, receiver] {
            for await _ in peer.requests { break }
        }
    }
}
