// What the table of endpoints holds of their URLs.

import ChangeFeed
import EventStore
import GRDB
import StagedStores
import Testing

@testable import ChangeStore

@Suite("Endpoints in tables")
struct EndpointTablesTests {
    @Test("A URL, which may hold secrets, is known by its fingerprint alone")
    func noURL() throws {
        let fixture = try StoreFixture()
        let opened = try fixture.open()
        func endpoint(at url: String) throws -> StoredEndpoint {
            let target = Fingerprint(of: Array(url.utf8)[...])
            return try opened.store.endpoint(
                named: "default", target: target, longestWait: .hours(32), at: opened.now)
        }
        _ = try endpoint(at: "https://a.example/?token=secret")
        #expect(try endpoint(at: "https://b.example/").hasNewTarget)
        let kept = try opened.store.store.pool.read { try Row.fetchAll($0, sql: "SELECT * FROM endpoint").description }
        #expect(!kept.contains("secret") && !kept.contains("example"))
    }
}
