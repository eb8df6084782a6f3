// What the receiver of a stage took, as it came.

import ReceivedEvents
import WebhookReceiver

/// Every event once, in the order in which it was first taken.
final class Took: Sendable {
    private let state = Watched<[ReceivedEvent]>([])

    var events: [ReceivedEvent] { state.read { $0 } }

    func take(_ exchange: ReceivedExchange) {
        guard exchange.isAccepted, !exchange.isDuplicate, let event = exchange.request.event else { return }
        state.update { $0.append(event) }
    }

    /// Returns once the events satisfy the condition; the test's time limit ends a wait in vain.
    func wait(until isDone: @escaping @Sendable ([ReceivedEvent]) -> Bool) async throws {
        try await state.wait { isDone($0) }
    }
}
