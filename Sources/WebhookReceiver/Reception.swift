// Everything about a running receiver that others look at while it runs, and the waiting for it.

import ChangeFeed
import Synchronization

/// The receiver stopped before what was waited for came about.
package struct ReceiverStopped: Error, CustomStringConvertible {
    package var description: String { "the receiver stopped before what was waited for came about" }
}

/// The receiver's state, behind one lock.
final class Reception: Sendable {
    struct State {
        var ledger = ReceptionLedger()
        var behaviour: ReceiverBehaviour
        /// Verified requests since the behaviour was set.
        var requestsOfBehaviour = 0
        var numbersTaken = 0
        var requests: [ReceivedRequest] = []
        var port: Int?
        /// Why the receiver runs no longer.
        var ended: (any Error)?
        var held: [Int: @Sendable () -> Void] = [:]
        fileprivate var waiters: [Int: Waiter] = [:]
        fileprivate var subscribers: [AsyncStream<ReceivedExchange>.Continuation] = []
        fileprivate var nextWaiter = 0
    }

    fileprivate struct Waiter {
        let isDone: @Sendable (borrowing State) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state: Mutex<State>
    /// Requests that `requests` keeps: the latest.
    private let requestsKept: Int

    init(behaviour: ReceiverBehaviour, requestsKept: Int) {
        state = Mutex(State(behaviour: behaviour))
        self.requestsKept = requestsKept
    }

    func read<Value: Sendable>(_ read: (borrowing State) -> Value) -> Value {
        state.withLock { read($0) }
    }

    /// Changes the state, and wakes whoever waited for what it is now.
    func update<Value: Sendable>(_ update: (inout State) -> Value) -> Value {
        let (value, done, failed, reason) = state.withLock { state in
            let value = update(&state)
            let done = state.waiters.filter { $0.value.isDone(state) }
            let failed = state.ended == nil ? [:] : state.waiters.filter { done[$0.key] == nil }
            for key in done.keys { state.waiters[key] = nil }
            for key in failed.keys { state.waiters[key] = nil }
            return (value, done.values.map(\.self), failed.values.map(\.self), state.ended)
        }
        for waiter in done { waiter.continuation.resume() }
        for waiter in failed { waiter.continuation.resume(throwing: reason ?? ReceiverStopped()) }
        return value
    }

    /// Returns once the condition holds. Throws when the task is cancelled or the receiver ends before.
    func wait(until isDone: @escaping @Sendable (borrowing State) -> Bool) async throws {
        let key = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if isDone(state) { return .success(()) }
                    if let ended = state.ended { return .failure(ended) }
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

    // MARK: - Requests

    func takeNumber() -> Int {
        update { state in
            state.numbersTaken += 1
            return state.numbersTaken
        }
    }

    /// Takes a request into the account and decides its answer; nil for one whose signature does not hold.
    ///
    /// - Parameter release: lets the request go where its answer is `held`. Known from the same moment on from which the
    ///   request counts as in flight: whoever waits for that may release it at once.
    func begin(_ request: ReceivedRequest, release: @escaping @Sendable () -> Void) -> ReceiverAnswer? {
        update { state in
            state.ledger.begin(request)
            state.requests.append(request)
            if state.requests.count > requestsKept { state.requests.removeFirst() }
            guard request.isVerified else { return nil }
            state.requestsOfBehaviour += 1
            let answer = state.behaviour.answer(toRequest: state.requestsOfBehaviour)
            if answer.form == .held { state.held[request.number] = release }
            return answer
        }
    }

    func end(_ request: ReceivedRequest, _ outcome: ReceivedExchange.Outcome) {
        update { state in
            state.held[request.number] = nil
            let exchange = state.ledger.end(request, outcome)
            for subscriber in state.subscribers { subscriber.yield(exchange) }
        }
    }

    /// Every exchange from now on, as its outcome is decided; ends with the receiver.
    func exchanges() -> AsyncStream<ReceivedExchange> {
        let (stream, continuation) = AsyncStream<ReceivedExchange>.makeStream()
        update { state in
            if state.ended == nil { state.subscribers.append(continuation) } else { continuation.finish() }
        }
        return stream
    }

    /// No request comes any more; the first reason given stays.
    func close(_ reason: any Error) {
        let subscribers = update { state in
            if state.ended == nil { state.ended = reason }
            defer { state.subscribers = [] }
            return state.subscribers
        }
        for subscriber in subscribers { subscriber.finish() }
    }
}
