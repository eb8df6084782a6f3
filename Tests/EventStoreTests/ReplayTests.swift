import ChangeFeed
import EventStore
import Testing

@Suite("Events that are sent again, without a store")
struct ReplayTests {
    private func event(_ sequence: Int, record: String = "1") -> LoggedEvent {
        LoggedEvent(
            sequence: sequence, type: "contact.updated", resource: 7, resourceName: ResourceName("contacts"),
            record: RecordID(record))
    }

    private func queued(_ id: Int64, _ state: DeliveryState, number: Int? = nil) -> QueuedDelivery {
        QueuedDelivery(id: id, endpoint: 3, state: state, attempts: 1, number: number)
    }

    @Test(
        "What is on its way is left alone; a dead letter goes again, and what was delivered unless dead ones are meant")
    func choice() {
        let last = [1: queued(1, .pending), 2: queued(2, .waiting), 3: queued(3, .dead), 4: queued(4, .delivered)]
        var selection = ReplaySelection()
        func chosen() -> [Int] {
            let choice = ReplayChoice(EndpointRules(), selection, last: last, bodies: [:])
            return (1...5).filter { choice.isReplayed(event($0)) }
        }
        #expect(chosen() == [3, 4, 5])
        selection.isOfDeadLetters = true
        #expect(chosen() == [3])
    }

    @Test("It goes under the number it had, in an order of its own, and takes the dead letter's place")
    func queue() {
        let read = ReplayRead(
            lastNumber: 70, firstDelivery: 200, openKeys: ["replay 7/2"],
            last: [1: queued(1, .dead, number: 11), 2: queued(2, .delivered, number: 12)],
            told: [
                2: ToldDelivery(
                    id: 2, resource: 7, eventSequence: 2, eventType: "contact.updated", toldType: "contact.created",
                    body: [1], toldBody: [1])
            ])
        let events = [event(1), event(2), event(3, record: "2")]
        let queue = ReplayQueue(events, to: Sample.endpoint(), read, spacing: .seconds(1), at: Sample.now)
        let change = QueueChange(queue.operations)
        #expect(change.changes[1]?.state == .replayed && change.changes[2] == nil)
        #expect(change.made.map(\.id) == [200, 201, 202] && change.made.map(\.number) == [11, 12, 71])
        #expect(change.made.map(\.state) == [.pending, .waiting, .waiting])
        #expect(change.made.map(\.key) == ["replay 7/1", "replay 7/1", "replay 7/2"])
        #expect(change.retold == [201: 2] && change.made[1].type == "contact.created")
        #expect(change.lastNumber == 71)
    }
}
