// Records that lists lack and that a GET finds all the same: asked for once more, and no suspects again.

import ChangeFeed
import StagedStores
import Testing

@Suite("Records that are found though lists lack them", .onEveryEngine)
struct FoundRecordsTests {
    private func ids(_ numbers: some Sequence<Int>) -> [RecordID] { numbers.map { RecordID(String($0)) } }

    private func present(_ id: Int) throws -> SeenRecord {
        let record = try RawRecord.read(Array(OpenStore.record(id, name: "A").utf8))
        return try #require(SeenRecord(record, idField: OpenStore.plan.idField))
    }

    @Test("What was found though lists lack it is no suspect again, but asked for once more, over restarts too")
    func newlyUnlisted() throws {
        let fixture = try StorePlace()
        let lacking = PresenceStep.compare(IDPage(skip: 0, top: 500, ids: ids([1])), plausiblyMissing: 9)
        do {
            let opened = try fixture.open()
            try opened.learn(1...6)
            try opened.take(lacking)
            for id in 2...3 {
                let step = PresenceStep.lookup(RecordID(String(id)), .present(try present(id)), refill: nil)
                try opened.take(step, [OpenStore.record(id, name: "A")], sighting: .byID)
            }
            let four = try present(4)
            try opened.take(.sample(four.id, .present(four)), [OpenStore.record(4, name: "A")], sighting: .byID)
            try opened.commit([OpenStore.record(5, name: "A")])
            #expect(try opened.presences().filter { $0.value == .suspect }.map(\.key) == [6])
            try opened.take(lacking)
        }
        let opened = try fixture.open()
        func rechecks() throws -> [RecordID]? {
            try opened.take(.count(total: 1, shown: [], batch: 0)).presence?.tally?.rechecks
        }
        #expect(try rechecks() == ids(2...5))
        let two = try present(2)
        try opened.take(.recheck(two.id, .present(two)), [OpenStore.record(2, name: "A")], sighting: .byID)
        try opened.take(.recheck(RecordID("3"), .gone), sighting: .byID)
        try opened.take(.compare(IDPage(skip: 0, top: 500, ids: ids([1, 4])), plausiblyMissing: 5))
        #expect(try rechecks() == ids([5]))
        #expect(
            try opened.presences() == [1: .listed, 2: .unlisted, 3: .suspect, 4: .listed, 5: .unlisted, 6: .suspect])
    }

    @Test("What was found is a suspect like any other once a list has shown it, and unlisted where a sweep lacks it")
    func foundAndSwept() throws {
        let fixture = try StorePlace()
        let opened = try fixture.open()
        try opened.learn(1...3)
        let lacking = PresenceStep.compare(IDPage(skip: 0, top: 500, ids: ids([1])), plausiblyMissing: 9)
        try opened.take(lacking)
        for id in 2...3 {
            let step = PresenceStep.lookup(RecordID(String(id)), .present(try present(id)), refill: nil)
            try opened.take(step, [OpenStore.record(id, name: "A")], sighting: .byID)
        }
        try opened.take(.compare(IDPage(skip: 0, top: 2, ids: ids([1, 2])), plausiblyMissing: 0))
        let tally = try opened.take(.sweep(ids([1]), .complete)).presence?.tally
        #expect(tally?.batch == ids([2]))
        #expect(tally?.rechecks == ids([3]))
        #expect(try opened.presences() == [1: .listed, 2: .suspect, 3: .unlisted])
    }
}
