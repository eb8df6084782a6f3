// Who asks and leaves at once takes up no room for others.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation
import Operations
import Testing

@testable import Daemon

@Suite("The desk of the admin server", .timeLimit(.minutes(60)))
struct VisitingDeskTests {
    @Test("answers after any number of visitors who had left before their turn")
    func leaving() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("visits-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("state.sqlite3").path
        let store = try ChangeStore(path: path)
        defer { store.finish() }
        let text = #"""
            {"event.poller.configuration": {"contacts": {}}, "insightly.api_key": "0a1b", "insightly.pod": "na1",
            "event.notification.enabled": true, "event.notification.callback.url": "https://example.com/in",
            "event.notification.signature.key": "MySecretEventSignatureKey"}
            """#
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let plan = Plan(try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get())
        let account = try #require(plan.accounts[Plan.nameOfAccount])
        let desk = VisitingDesk(SQLiteLocation(path: path), clock: SteadyClock())
        await withTaskGroup { visits in
            for _ in 0..<200 {
                visits.addTask {
                    let visit = Task { try await desk.ask(StatusQuestion(), of: account, named: Plan.nameOfAccount) }
                    visit.cancel()
                    _ = await visit.result
                }
            }
        }
        #expect(try await desk.ask(StatusQuestion(), of: account, named: Plan.nameOfAccount).daemonRuns == true)
    }
}
