import ChangeFeed
import Foundation
import GRDB
import Testing

@testable import ChangeStore

@Suite("The health of an endpoint in the store")
struct StoredHealthTests {
    private let now = Instant(secondsSince1970: 1_795_536_000)

    private func health(_ circuit: EndpointHealth.Circuit, _ disabled: EndpointHealth.Disabled? = nil) -> EndpointHealth
    {
        EndpointHealth(circuit: circuit, disabled: disabled, failures: 7, failingSince: now, failingTypes: [])
    }

    @Test("stands there in words that no other name in the code changes")
    func words() throws {
        let forms: [(EndpointHealth, String)] = [
            (health(.closed), #"{"circuit":"closed","failing_since":1795536000000000,"failures":7}"#),
            (
                health(.open(until: now, probes: 3)),
                #"{"circuit":"open","failing_since":1795536000000000,"failures":7,"probes":3,"until":1795536000000000}"#
            ),
            (health(.probing), #"{"circuit":"probing","failing_since":1795536000000000,"failures":7}"#),
            (
                health(.recovering(allowed: 2)),
                #"{"allowed":2,"circuit":"recovering","failing_since":1795536000000000,"failures":7}"#
            ),
            (
                health(.closed, .gone),
                #"{"circuit":"closed","disabled":"gone","failing_since":1795536000000000,"failures":7}"#
            ),
            (
                health(.closed, .asked),
                #"{"circuit":"closed","disabled":"asked","failing_since":1795536000000000,"failures":7}"#
            ),
            (
                health(.closed, .failing),
                #"{"circuit":"closed","disabled":"failing","failing_since":1795536000000000,"failures":7}"#
            ),
            (
                EndpointHealth(
                    circuit: .closed, disabled: nil, failures: 1, failingSince: nil,
                    failingTypes: ["b.created", "a.updated"]),
                #"{"circuit":"closed","failing_types":["a.updated","b.created"],"failures":1}"#
            ),
        ]
        for (health, text) in forms {
            let column = try #require(health.column)
            let members = try JSONSerialization.jsonObject(with: Data(column.utf8)) as? NSDictionary
            let expected = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
            #expect(members == expected)
            #expect(EndpointHealth(column: text) == health)
        }
        #expect(EndpointHealth(column: nil) == EndpointHealth())
    }

    @Test(
        "is trusted bit by bit where it cannot be read",
        arguments: [
            "", "{}", #"{"circuit":"ajar","failures":0}"#, #"{"circuit":"open","failures":0}"#,
            #"{"circuit":"closed","failures":-1}"#,
        ])
    func unreadable(text: String) {
        #expect(EndpointHealth(column: text) == .resumed)
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
                for (name, health) in healths {
                    try db.execute(
                        sql: "INSERT INTO endpoint (name, delivery_order, health) VALUES (?, 'record', ?)",
                        arguments: [name, health])
                }
            }
            try queue.close()
        }
        let store = try ChangeStore(path: fixture.path)
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
