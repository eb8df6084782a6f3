// Everything about a running receiver that others look at while it runs, and the waiting for it.

import ChangeFeed
import ReceivedEvents

/// The receiver stopped before what was waited for came about.
package struct ReceiverStopped: Error, CustomStringConvertible {
    package var description: String { "the receiver stopped before what was waited for came about" }
}

/// The receiver's state, for its connections to change and for others to wait for.
final class Reception: Sendable {
    struct State {
        var ledger = ReceptionLedger()
        var behaviour: ReceiverBehaviour
        /// Verified requests since the behaviour was set.
        var requestsOfBehaviour = 0
        var numbersTaken = 0
        var requests: [ReceivedRequest] = []
        var port: Int?
        var hasEnded = false
        var held: [Int: @Sendable () -> Void] = [:]
        fileprivate var subscribers: [AsyncStream<ReceivedExchange>.Continuation] = []
    }

    private let state: Watched<State>
    /// Requests that `requests` keeps: the latest.
    private let requestsKept: Int
    private let observe: (@Sendable (ReceivedExchange) -> Void)?

    /// - Parameter observe: is told of each exchange in the same moment in which it is counted.
    init(
        behaviour: ReceiverBehaviour, requestsKept: Int, observe: (@Sendable (ReceivedExchange) -> Void)? = nil
    ) {
        state = Watched(State(behaviour: behaviour))
        self.requestsKept = requestsKept
        self.observe = observe
    }

    func read<Value: Sendable>(_ read: (borrowing State) -> Value) -> Value { state.read(read) }

    func update<Value: Sendable>(_ update: (inout State) -> Value) -> Value { state.update(update) }

    /// Returns once the condition holds. Throws when the task is cancelled or the receiver ends before.
    func wait(until isDone: @escaping @Sendable (borrowing State) -> Bool) async throws {
        try await state.wait(until: isDone)
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
            let answer = state.behaviour.answer(
                toRequest: state.requestsOfBehaviour, type: request.event?.type, bytes: request.body.count)
            if answer.form == .held { state.held[request.number] = release }
            return answer
        }
    }

    func end(_ request: ReceivedRequest, _ outcome: ReceivedExchange.Outcome) {
        update { state in
            state.held[request.number] = nil
            let exchange = state.ledger.end(request, outcome)
            observe?(exchange)
            for subscriber in state.subscribers { subscriber.yield(exchange) }
        }
    }

    /// Every exchange from now on, as its outcome is decided; ends with the receiver.
    func exchanges() -> AsyncStream<ReceivedExchange> {
        let (stream, continuation) = AsyncStream<ReceivedExchange>.makeStream()
        update { state in
            if state.hasEnded { continuation.finish() } else { state.subscribers.append(continuation) }
        }
        return stream
    }

    /// No request comes any more; the first reason given stays.
    func close(_ reason: any Error) {
        let subscribers = update { state in
            state.hasEnded = true
            defer { state.subscribers = [] }
            return state.subscribers
        }
        state.end(reason)
        for subscriber in subscribers { subscriber.finish() }
    }
}
