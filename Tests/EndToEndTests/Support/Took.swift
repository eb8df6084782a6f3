// What the receiver of a stage took, as it came.

import ChangeFeed
import Foundation
import Synchronization
import WebhookReceiver

/// Every event once, in the order in which it was first taken.
final class Took: Sendable {
    private struct Waiter {
        let isDone: @Sendable ([ReceivedEvent]) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var events: [ReceivedEvent] = []
        var waiters: [UUID: Waiter] = [:]
    }

    private let state = Mutex(State())

    var events: [ReceivedEvent] { state.withLock { $0.events } }

    func take(_ exchange: ReceivedExchange) {
        guard exchange.isAccepted, !exchange.isDuplicate, let event = exchange.request.event else { return }
        let done = state.withLock { state in
            state.events.append(event)
            let done = state.waiters.filter { $0.value.isDone(state.events) }
            for key in done.keys { state.waiters[key] = nil }
            return done.values.map(\.continuation)
        }
        for continuation in done { continuation.resume() }
    }

    /// Returns once the events satisfy the condition; the test's time limit ends a wait in vain.
    func wait(until isDone: @escaping @Sendable ([ReceivedEvent]) -> Bool) async throws {
        let key = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if isDone(state.events) { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[key] = Waiter(isDone: isDone, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
