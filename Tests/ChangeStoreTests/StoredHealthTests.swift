import ChangeFeed
import EventStore
import GRDB
import Testing

@testable import ChangeStore

@Suite("The health of an endpoint in the store")
struct StoredHealthTests {
    @Test(
        "that cannot be read keeps it disabled: it may have been so before",
        arguments: [
            "", "{}", #"{"circuit":"ajar","failures":0}"#, #"{"circuit":"open","failures":0}"#,
            #"{"circuit":"closed","failures":-1}"#,
            #"{"circuit":"open","failures":0,"probes":1,"until":9223372036854775807}"#,
            #"{"circuit":"closed","disabled":"wearied","failures":1}"#,
        ])
    func unreadable(text: String) {
        #expect(EndpointHealth(column: text) == .unreadable)
    }

    @Test("stands there only where there is one")
    func none() {
        #expect(EndpointHealth(column: nil) == EndpointHealth())
    }

    @Test("is taken over from the first version of the store, disabled and open endpoints among it")
    func migrated() throws {
        let fixture = try StoreFixture()
        let healths: [(String, String?)] = [
            (
                "gone",
                #"{"circuit":{"closed":{}},"disabled":"the receiver answered 410 Gone","failures":1,"failingSince":1795536000000000}"#
            ),
            (
                "asked",
                #"{"failures":1,"disabled":"the receiver asked for it (webhook-delivery: disable)","circuit":{"closed":{}}}"#
            ),
            (
                "failing",
                #"{"circuit":{"probing":{"wait":[48,14483059396209418240]}},"disabled":"for five days no attempt succeeded","failures":100}"#
            ),
            (
                "open",
                #"{"circuit":{"open":{"until":1795536030000000,"wait":[1,11553255926290448384]}},"failures":5,"failingSince":1795536000000000}"#
            ),
            ("recovering", #"{"circuit":{"recovering":{"allowed":2}},"failures":0}"#), ("well", nil),
        ]
        do {
            let queue = try DatabaseQueue(path: fixture.path)
            try Schema.migrator.migrate(queue, upTo: "1 the first tables")
            try queue.write { db in
                try db.execute(sql: "INSERT INTO account (name, identity) VALUES ('default', 'account-1')")
                for (name, health) in healths {
                    try db.execute(
                        sql: "INSERT INTO endpoint (name, delivery_order, health) VALUES (?, 'record', ?)",
                        arguments: [name, health])
                }
            }
            try queue.close()
        }
        let store = try ChangeStore(path: fixture.path).account(named: "default", identity: "account-1")
        func health(_ name: String) throws -> EndpointHealth {
            try store.endpoint(named: name, longestWait: .hours(1), at: fixture.now).health
        }
        let (gone, open) = (try health("gone"), try health("open"))
        #expect(gone.disabled == .gone && gone.failingSince == fixture.now)
        #expect(try health("asked").disabled == .asked)
        let failing = try health("failing")
        #expect(failing.disabled == .failing && failing.circuit == .probing)
        #expect(open.circuit == .open(until: fixture.now + .seconds(30), probes: 4) && open.failures == 5)
        #expect(try health("recovering").circuit == .recovering(allowed: 2))
        #expect(try health("well") == EndpointHealth())
    }
}
