import ChangeFeed
import EventStore
import Testing

@Suite("New events in a queue, without a store")
struct QueueTailsTests {
    private func read(_ open: [String: Int64] = [:], lastNumber: Int = 40) -> QueueRead {
        var read = QueueRead(lastNumber: lastNumber)
        read.open = open
        return read
    }

    @Test(
        "An event waits for an earlier one of its record, in the queue or on the same page, and has its number at once")
    func order() throws {
        let events = Sample.events([
            try Sample.telling("1", from: nil, to: "A"), try Sample.telling("2", from: nil, to: "A"),
            try Sample.telling("1", from: "A", to: "B"), try Sample.telling("3", from: "A", to: "B"),
        ])
        let change = Sample.queue(events, EndpointRules(), read(["7/3": 12]))
        #expect(change.made.map(\.id) == [100, 101, 102, 103])
        #expect(change.made.map(\.state) == [.pending, .pending, .waiting, .waiting])
        #expect(change.made.map(\.number) == [41, 42, 43, 44] && change.lastNumber == 44)
        #expect(change.made.map(\.eventSequence) == [1, 2, 3, 4])
    }

    @Test("With order endpoint all but the first wait, with order none nothing does")
    func orders() throws {
        let events = Sample.events([
            try Sample.telling("1", from: nil, to: "A"), try Sample.telling("2", from: nil, to: "A"),
        ])
        let all = Sample.queue(events, EndpointRules(order: .endpoint), read())
        #expect(all.made.map(\.state) == [.pending, .waiting])
        let behind = Sample.queue(events, EndpointRules(order: .endpoint), read(["all": 1]))
        #expect(behind.made.map(\.state) == [.waiting, .waiting])
        let none = Sample.queue(events, EndpointRules(order: .none), read(["all": 1]))
        #expect(none.made.map(\.state) == [.pending, .pending])
    }

    @Test("Numbers and ids of events go on where the log ends, and no two versions have one id")
    func numbering() throws {
        let events = Sample.events(
            [
                try Sample.telling("1", from: "B", to: "A", version: 2),
                try Sample.telling("1", from: "B", to: "A", version: 4),
            ], after: 9)
        #expect(events.map(\.write.sequence) == [10, 11])
        #expect(events[0].write.id != events[1].write.id)
        #expect(EventMessage(body: events[1].write.body)?.sequence == 11)
    }

    @Test("Events of a page fold into one another before they are stored: one creation, as the record is now")
    func foldingOnAPage() throws {
        let events = Sample.events([
            try Sample.telling("1", from: nil, to: "A"), try Sample.telling("1", from: "A", to: "B"),
        ])
        let change = Sample.queue(events, EndpointRules(coalesces: true), read())
        #expect(change.made.count == 1 && change.made[0].eventSequence == 2)
        #expect(change.made[0].type == "contact.created" && change.lastNumber == 41)
        let told = try #require(change.folds[100]?.told?.body.flatMap { EventMessage(body: $0) })
        #expect(told.change.kind == .created && told.change.record.bytes.elementsEqual(Sample.text("1", "B")))
    }

    @Test(
        "A newer event takes the place of a waiting one, with the diff from what the receiver has; not where it is under way"
    )
    func folding() throws {
        let waiting = Sample.events([try Sample.telling("1", from: "A", to: "B")], after: 4)[0]
        var read = read(["7/1": 12])
        read.told[12] = ToldDelivery(
            id: 12, resource: 7, eventSequence: 5, eventType: "contact.updated", attempts: 2, isNumbered: true,
            base: Sample.text("1", "A"), updatedField: FieldPath("AT"), body: waiting.write.body)
        let newer = Sample.events([try Sample.telling("1", from: "B", to: "C")], after: 5)
        let change = Sample.queue(newer, EndpointRules(coalesces: true), read)
        #expect(change.made.isEmpty && change.lastNumber == nil)
        #expect(change.changes[12]?.eventSequence == 6 && change.changes[12]?.attemptsBefore == 2)
        let told = try #require(change.folds[12]?.told?.body.flatMap { EventMessage(body: $0) })
        #expect(told.change.changes?.map { $0.from?.decodedString } == ["A"])
        #expect(told.change.changes?.map { $0.to?.decodedString } == ["C"])

        let claims = Claims()
        claims.insert([12], of: 3)
        let behind = Sample.queue(newer, EndpointRules(coalesces: true), read, besides: claims)
        #expect(behind.made.map(\.state) == [.waiting] && behind.made.map(\.number) == [nil])
        #expect(behind.changes.isEmpty && behind.folds[100]?.base?.content == Sample.text("1", "B"))
    }

    @Test("A dead letter's news are told by the next event of its record, once")
    func deadLetters() throws {
        let dead = Sample.events([try Sample.telling("1", from: "A", to: "B")], after: 4)[0]
        var read = read()
        read.dead = ["7/1": 12]
        read.told[12] = ToldDelivery(
            id: 12, resource: 7, eventSequence: 5, eventType: "contact.updated", isNumbered: true,
            base: Sample.text("1", "A"), updatedField: FieldPath("AT"), body: dead.write.body)
        let events = Sample.events([try Sample.telling("1", from: "B", to: "C")], after: 5)
        let change = Sample.queue(events, EndpointRules(coalesces: true), read)
        #expect(change.folds[12]?.isPassedOn == true && change.folds[100]?.base?.content == Sample.text("1", "A"))
        let told = try #require(change.folds[100]?.told?.body.flatMap { EventMessage(body: $0) })
        #expect(told.change.changes?.map { $0.from?.decodedString } == ["A"])
    }
}
