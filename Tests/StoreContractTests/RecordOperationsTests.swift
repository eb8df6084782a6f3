// What each operation on records leaves, and what each question about them is answered, on every engine.

import ChangeFeed
import EventStore
import StagedStores
import Testing

@Suite("Records in an engine", .onEveryEngine)
struct RecordOperationsTests {
    private let place: StorePlace
    private let store: EngineUnderTest
    private let resource: KnownResource
    /// Numbers by their value, then texts by their bytes.
    private let inOrder = ["-3", "2", "10", "007", "A", "a", "ab", "e\u{301}", "é"].map(RecordID.init)

    init() throws {
        place = try StorePlace()
        let opened = try place.open()
        store = opened.store
        try opened.commit([])
        let row = try store.look { try $0.resource(named: OpenStore.plan.name) }
        resource = KnownResource(
            id: try #require(row).id, plan: OpenStore.plan, eventName: try #require(row?.eventName))
    }

    private func record(_ text: String) throws -> RawRecord { try RawRecord.read(Array(text.utf8)) }

    private func known(_ presence: Presence = .listed, version: Int = 1) -> KnownSummary {
        KnownSummary(version: version, fingerprint: Fingerprint(of: [1]), presence: presence)
    }

    private func write(_ ids: [RecordID], _ summary: KnownSummary) throws {
        let content = try record(#"{"A":1}"#)
        let writes = ids.map { RecordWrite($0, before: nil, after: summary, content: content) }
        try store.transact { try $0.write([.records(writes, of: resource)]) }
    }

    private func ids(_ selection: RecordSelection, limit: Int? = nil, offset: Int = 0) throws -> [RecordID] {
        try store.look { try $0.ids(selection, limit: limit, offset: offset) }
    }

    @Test("Ids have one order: numbers before texts, by value and by bytes, and two spellings of a letter are two ids")
    func order() throws {
        try write(inOrder.reversed(), known())
        let all = RecordSelection([.listed], of: resource.id)
        #expect(try ids(all) == inOrder)
        #expect(inOrder.shuffled().sorted() == inOrder)
        #expect(Set(inOrder).count == inOrder.count)
        #expect(try ids(all, limit: 2, offset: 3) == [inOrder[3], inOrder[4]])
        #expect(try store.look { try $0.ids(all, at: [0, 2, 8]) } == [inOrder[0], inOrder[2], inOrder[8]])
        var part = RecordSelection([.listed], of: resource.id, first: inOrder[1], last: inOrder[5])
        #expect(try ids(part) == Array(inOrder[1...5]))
        part = RecordSelection([.listed], of: resource.id, below: inOrder[3])
        #expect(try store.look { try $0.count(part) } == 3)
    }

    @Test("What is written of a record is read, and replaced as a whole; an unknown one is left out")
    func summaries() throws {
        try write([inOrder[1]], known())
        var after = known(.suspect, version: 2)
        (after.answer, after.lastStamp) = (.byID, place.now)
        let content = try record(#"{"A":2}"#)
        let write = RecordWrite(inOrder[1], before: known(), after: after, content: content)
        try store.transact { try $0.write([.records([write], of: resource)]) }
        #expect(try store.look { try $0.summaries(of: inOrder, in: resource.id) } == [inOrder[1]: after])
        #expect(try store.look { try $0.contents(of: inOrder, in: resource.id) } == [inOrder[1]: Array(content.bytes)])
        #expect(try store.look { try $0.contentsFromPages(in: resource.id, limit: 9) }.isEmpty)
        let back = RecordWrite(inOrder[1], before: after, after: known(version: 3), content: nil)
        try store.transact { try $0.write([.records([back], of: resource)]) }
        #expect(
            try store.look { try $0.summaries(of: [inOrder[1]], in: resource.id) } == [inOrder[1]: known(version: 3)])
        #expect(try store.look { try $0.contentsFromPages(in: resource.id, limit: 9) } == [Array(content.bytes)])
    }

    @Test("Of records that lie among others just those are read that were asked for", arguments: [1, 2, 3, 5, 40])
    func amongOthers(apart: Int) throws {
        let texts = (0..<120).map { "b\($0)" }
        let all = ((0..<400).map { String(1_000 + $0) } + texts).map(RecordID.init)
        try write(all, known())
        let wanted = all.enumerated().filter { $0.offset % apart == 0 }.map(\.element)
        let unknown = ["-5", "1000000", "0", "7c", "zzz"].map(RecordID.init)
        let read = try store.look { try $0.summaries(of: (wanted + unknown + wanted).shuffled(), in: resource.id) }
        #expect(Set(read.keys) == Set(wanted))
        #expect(read.values.allSatisfy { $0 == known() })
        var (byID, stamped) = (known(), known())
        (byID.answer, stamped.lastStamp) = (.byID, place.now)
        let writes = [(wanted[0], byID), (wanted[wanted.count - 1], stamped)].map {
            RecordWrite($0, before: known(), after: $1, content: nil)
        }
        try store.transact { try $0.write([.records(writes, of: resource)]) }
        let again = try store.look { try $0.summaries(of: wanted, in: resource.id) }
        #expect(again[wanted[0]] == byID && again[wanted[wanted.count - 1]] == stamped)
        #expect(again.count { $0.value == known() } == wanted.count - 2)
    }

    @Test("A page of any size is read and written, whatever an engine takes at once", arguments: [1, 31, 33, 512, 700])
    func size(count: Int) throws {
        let ids = (1...count).map { RecordID(String($0)) }
        try write(ids, known())
        #expect(try store.look { try $0.summaries(of: ids, in: resource.id) }.count == count)
        try store.transact { try $0.write([.presence(Array(ids.dropFirst()), of: resource.id, .suspect)]) }
        #expect(try store.look { try $0.count(RecordSelection([.suspect], of: resource.id)) } == count - 1)
        #expect(try self.ids(RecordSelection([.listed], of: resource.id)) == [ids[0]])
    }

    @Test("Records move by where they stand: as many as are asked for, those a sweep missed, those that were found")
    func moves() throws {
        let ids = (1...6).map { RecordID(String($0)) }
        try write(ids, known())
        try store.transact { store throws in
            try store.write([
                .swept([ids[0], ids[0], ids[1]], of: resource.id, sweep: 7), .found([ids[2], ids[2]], of: resource.id),
            ])
        }
        #expect(try store.look { try $0.hasFound(in: resource.id) })
        #expect(try store.look { try $0.found(among: ids, in: resource.id) } == [ids[2]])
        var missed = RecordSelection([.listed], of: resource.id, missedBySweep: 7)
        #expect(try self.ids(missed) == Array(ids[2...]))
        missed.isFound = true
        try store.transact { try $0.write([.move(missed, to: .unlisted, limit: nil)]) }
        #expect(try self.ids(RecordSelection([.unlisted], of: resource.id)) == [ids[2]])
        let listed = RecordSelection([.listed], of: resource.id)
        try store.transact { try $0.write([.move(listed, to: .suspect, limit: 2)]) }
        #expect(try self.ids(RecordSelection([.suspect], of: resource.id)) == [ids[0], ids[1]])
        try store.transact { try $0.write([.keepFound([.listed], of: resource.id)]) }
        #expect(try !store.look { try $0.hasFound(in: resource.id) })
    }

    @Test("What a verb writes is undone where it throws, also what it wrote in an earlier round")
    func undoing() throws {
        struct Refusal: Error {}
        try write([inOrder[1]], known())
        #expect(throws: Refusal.self) {
            try store.transact { store throws in
                try store.write([.presence([inOrder[1]], of: resource.id, .hidden)])
                // What was written is seen by whoever wrote it.
                guard try store.count(RecordSelection([.hidden], of: resource.id)) == 1 else { return }
                throw Refusal()
            }
        }
        #expect(try store.look { try $0.count(RecordSelection([.listed], of: resource.id)) } == 1)
    }

    @Test("A change without a stamp waits with its paths, is decided, and goes in the order in which it was found")
    func unstamped() throws {
        let ids = ["9", "8", "7"].map(RecordID.init)
        try write(ids, known())
        let content = try record(#"{"A":3}"#)
        let changes = ids.map { UnstampedWrite(record: content, id: $0, reading: .poll, paths: ["/A", "/B \($0)"]) }
        try store.transact { try $0.write([.keepUnstamped(changes, of: resource, foundAt: place.now)]) }
        try store.look { store throws in
            #expect(try store.unstamped(among: ids + [RecordID("1")], in: resource.id) == Set(ids))
            #expect(try store.count(UnstampedSelection(.open, of: resource.id, foundBy: .poll)) == 3)
            #expect(try store.count(UnstampedSelection(.open, of: resource.id, foundBy: .sweep)) == 0)
            let within = UnstampedSelection(.open, of: resource.id, within: ["/A", "/B 9"])
            #expect(try store.count(within) == 1)
            #expect(try store.unstampedPaths(of: resource.id, foundBy: .poll)["/A"]?.records == 3)
            #expect(try store.openReadings(of: resource.id, foundBefore: place.now) == [.poll])
            #expect(try store.lastUnstamped(.open, of: resource.id) == place.now)
        }
        try store.transact { store throws in
            try store.write([
                .decideUnstamped([ids[0]], of: resource.id, .held, heldSince: place.now),
                .decideUnstamped([ids[1], ids[2]], of: resource.id, .telling, heldSince: nil),
            ])
        }
        try store.look { store throws in
            #expect(try store.heldPaths(of: resource.id) == ["/A", "/B 9"])
            #expect(try store.decidedUnstamped(of: resource.id, limit: 9).map(\.id) == [ids[1], ids[2]])
            #expect(try store.heldUnstamped(of: resource.id, through: place.now, limit: 9) == [ids[0]])
            #expect(try store.resourcesWithDecisions() == [resource.id])
        }
        try store.transact { store throws in
            try store.write([
                .settleHeld([ids[0]], of: resource.id, .learning), .forgetUnstamped([ids[2]], of: resource.id),
            ])
        }
        let decided = try store.look { try $0.decidedUnstamped(of: resource.id, limit: 9) }
        #expect(decided.map(\.id) == [ids[0], ids[1]] && decided.map(\.isTold) == [false, true])
        #expect(decided[0].content == Array(content.bytes))
    }
}
