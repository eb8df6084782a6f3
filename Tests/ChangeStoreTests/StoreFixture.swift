// A store in a directory of its own, and pages to put into it.

import ChangeFeed
import ChangeStore
import EventStore
import StagedStores
import Foundation
import Testing

/// Removes its directory when it goes.
final class StoreFixture {
    let directory: URL
    var path: String { directory.appendingPathComponent("state.sqlite3").path }
    let now = Instant(secondsSince1970: 1_795_536_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    func open(rules: EndpointRules = EndpointRules()) throws -> OpenStore {
        try OpenStore(
            try ChangeStore(path: path).account(named: "default", identity: "account-1"), rules: rules, at: now)
    }
}

typealias OpenStore = StagedStore<AccountStore>
