// A store of the tests with five events in its log, and what a daemon on it goes by.

import ChangeFeed
import ChangeStore
import DaemonConfiguration
import Foundation
import Operations
import StagedStores

/// Contacts of one account, sent to the endpoint `default`; nothing is delivered. Its directory goes with it.
package final class StagedScope: Sendable {
    package let staged: StagedStore<AccountStore>
    package let scope: OperationScope
    private let directory: String

    package init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("scope-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/state.sqlite3"
        let now = Instant(secondsSince1970: 1_795_536_000)
        staged = try StagedStore(try ChangeStore(path: path).account(named: "default", identity: "account-1"), at: now)
        try staged.commit((1...5).map { StagedStore<AccountStore>.record($0, name: "A") })
        let text =
            #"{"event.poller.configuration": {"contacts": {}}, "insightly.api_key": "0a1b", "insightly.pod": "na1"}"#
        let nothing = SecretSources(environment: { _ in nil }, file: { _ in [] }, credential: { _ in nil })
        let settings = try DaemonSettings.read(Array(text.utf8), secrets: nothing).outcome.get()
        scope = OperationScope(
            store: try SQLiteVisitor(path: path, account: "default", isReadOnly: false),
            api: settings.accounts[0].api, polling: settings.accounts[0].polling,
            endpoints: [.init(name: "default", rules: EndpointRules())], hasDaemon: true, at: now)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}
