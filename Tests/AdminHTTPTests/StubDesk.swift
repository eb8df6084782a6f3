// A daemon that the admin server asks in tests: a store of its own, and what it is told to say.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation
import Operations
import StagedStores

@testable import AdminHTTP

/// With five events of contacts in its log, and nothing delivered.
final class StubDesk: AdminDesk {
    let staged: StagedStore<ChangeStore>
    private let scope: OperationScope
    private let directory: String
    private let said: @Sendable () async throws -> String

    /// - Parameter metrics: what is said where metrics are asked for.
    init(metrics: @escaping @Sendable () async throws -> String = { "metrics\n" }) throws {
        said = metrics
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("desk-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/state.sqlite3"
        let now = Instant(secondsSince1970: 1_795_536_000)
        staged = try StagedStore(try ChangeStore(path: path), at: now)
        try staged.commit((1...5).map { StagedStore<ChangeStore>.record($0, name: "A") })
        let text = #"{"event.poller.configuration": {"contacts": {}}}"#
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
        scope = OperationScope(
            store: try StoreVisitor(path: path, isReadOnly: false), storePath: path, api: settings.api,
            polling: settings.polling, endpoints: [.init(name: "default", rules: EndpointRules())], hasDaemon: true,
            at: now)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func ask<Asked: Question>(_ question: Asked) async throws -> Asked.Answer { try scope.ask(question) }
    func leave<Asked: Command>(_ command: Asked) async throws -> Asked.Answer { try scope.leave(command) }
    func reasonsNotReady() async -> [String] { ["no polls"] }
    func hint(_ resource: String) -> Bool { resource == "contacts" }
    func metrics() async throws -> String { try await said() }
}
