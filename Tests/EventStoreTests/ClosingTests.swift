import ChangeFeed
import EventStore
import Testing

@Suite("The end of deliveries, without a store")
struct ClosingTests {
    private let closing = Closing(Sample.endpoint(), at: Sample.now)

    @Test("All ends are written together, each with its attempts")
    func endings() {
        let operations = closing.operations(ending: [
            .init(delivery: 1, isDead: false, attempts: 1), .init(delivery: 2, isDead: false, attempts: 1),
            .init(delivery: 3, isDead: true, attempts: 9),
        ])
        #expect(operations.count == 1)
        let changes = QueueChange(operations).changes
        #expect(changes[2]?.state == .delivered && changes[2]?.settledAt == Sample.now && changes[2]?.attempts == 1)
        #expect(changes[3]?.state == .dead && changes[3]?.attempts == 9)
    }

    @Test("The next of a record may go, stays due when it was, and gets its number only now where it has none")
    func freeing() {
        func queued(_ id: Int64, _ state: DeliveryState, number: Int?) -> QueuedDelivery {
            QueuedDelivery(id: id, endpoint: 3, state: state, attempts: 0, number: number)
        }
        let next = [
            queued(5, .waiting, number: 50), queued(6, .waiting, number: nil), queued(7, .pending, number: nil),
        ]
        let operations = closing.operations(freeing: next, lastNumber: 60)
        var (freed, numbers): (Set<Int64>, [Int64: Int]) = ([], [:])
        for (id, change) in QueueChange(operations).changes {
            #expect(change.dueAt == nil)
            if change.state == .pending { freed.insert(id) }
            if let number = change.number { numbers[id] = number }
        }
        #expect(freed == [5, 6] && numbers == [6: 61, 7: 62])
        #expect(QueueChange(operations).lastNumber == 62)
    }
}
