import Testing

@testable import ChangeFeed

@Suite("The rules of an endpoint")
struct EndpointRulesTests {
    private func change(_ kind: ChangeKind, name: String, restored: Bool = false) throws -> Change {
        Change(
            kind: kind, recordID: RecordID("1"), record: try record(name), changedAt: nil,
            changes: kind == .updated ? [] : nil, restored: restored)
    }

    private func record(_ name: String) throws -> RawRecord {
        try RawRecord.read(Array(#"{"NAME":"\#(name)"}"#.utf8))
    }

    @Test("let events of one record wait for each other, of all records, or none")
    func keys() {
        let (one, two) = (RecordID("1"), RecordID("2"))
        #expect(
            DeliveryOrder.record.key(resource: 1, record: one) != DeliveryOrder.record.key(resource: 1, record: two))
        #expect(
            DeliveryOrder.record.key(resource: 1, record: one) != DeliveryOrder.record.key(resource: 2, record: one))
        #expect(
            DeliveryOrder.endpoint.key(resource: 1, record: one) == DeliveryOrder.endpoint.key(resource: 2, record: two)
        )
        #expect(DeliveryOrder.none.key(resource: 1, record: one) == nil)
    }

    @Test("let replays wait for replays only", arguments: DeliveryOrder.allCases)
    func replays(order: DeliveryOrder) {
        let key = order.key(resource: 1, record: RecordID("1"), isReplay: true)
        #expect(key == nil ? order == .none : key != order.key(resource: 1, record: RecordID("1")))
    }

    @Test("An update over an update tells the way from what was delivered")
    func updates() throws {
        let folded = try change(.updated, name: "C").folded(
            over: .updated, base: try record("A"), wasRestored: false, updatedDate: nil)
        #expect(folded.kind == .updated && folded.record.bytes.elementsEqual(#"{"NAME":"C"}"#.utf8))
        #expect(folded.changes?.map { $0.from?.decodedString } == ["A"])
        #expect(folded.changes?.map { $0.to?.decodedString } == ["C"])
    }

    @Test("An update over one whose earlier state is unknown tells no diff, and one that leads back tells an empty one")
    func noDiff() throws {
        let unknown = try change(.updated, name: "C").folded(
            over: .updated, base: nil, wasRestored: false, updatedDate: nil)
        #expect(unknown.changes == nil)
        let back = try change(.updated, name: "A").folded(
            over: .updated, base: try record("A"), wasRestored: false, updatedDate: nil)
        #expect(back.changes == [])
    }

    @Test("What changed in events that the receiver does not get is told of, not what one kind of answer alone holds")
    func betweenTellings() throws {
        func record(_ text: String) throws -> RawRecord { try RawRecord.read(Array(text.utf8)) }
        let base = try record(#"{"NAME":"A","OWNER":1,"BODY":null}"#)
        let newer = Change(
            kind: .updated, recordID: RecordID("1"), record: try record(#"{"NAME":"B","OWNER":2,"BODY":"of a GET"}"#),
            changedAt: nil,
            changes: RecordDiff.changes(
                from: try record(#"{"NAME":"B","OWNER":1,"BODY":"of a GET"}"#),
                to: try record(#"{"NAME":"B","OWNER":2,"BODY":"of a GET"}"#), updatedDate: nil))
        // Of what the waiting event tells nothing is left: it led to another name and back.
        let folded = newer.folded(over: .updated, base: base, toldBefore: [], wasRestored: false, updatedDate: nil)
        #expect(folded.changes?.map(\.path) == ["/NAME", "/OWNER"])
    }

    @Test("An update over a creation is a creation, of a restored record too", arguments: [false, true])
    func creation(isRestored: Bool) throws {
        let folded = try change(.updated, name: "B").folded(
            over: .created, base: nil, wasRestored: isRestored, updatedDate: nil)
        #expect(folded.kind == .created && folded.changes == nil && folded.restored == isRestored)
    }

    @Test("A deletion and a return are told as they are", arguments: ChangeKind.allCases)
    func ends(kind: ChangeKind) throws {
        let deleted = try change(.deleted, name: "B")
        #expect(deleted.folded(over: kind, base: nil, wasRestored: false, updatedDate: nil) == deleted)
        let restored = try change(.created, name: "B", restored: true)
        #expect(restored.folded(over: kind, base: nil, wasRestored: false, updatedDate: nil) == restored)
    }
}
