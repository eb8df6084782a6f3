// What a loop has to look at: letters pile up while it works, and one signal tells that there are some.

import Synchronization

/// What a loop is told.
protocol LoopLetter: Sendable {
    /// Whether it is read even while the loop waits for the store.
    var isUrgent: Bool { get }
}

/// An inbox that is emptied at once, so that everything that came while a transaction ran goes into the next one.
final class Mailbox<Letter: LoopLetter>: Sendable {
    let signals: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let letters = Mutex<[Letter]>([])

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func post(_ letter: Letter) {
        letters.withLock { $0.append(letter) }
        continuation.yield()
    }

    func takeAll() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }

    /// Waits for a verb of the store, and reads what is urgent meanwhile; the rest stays where it is, in its order.
    ///
    /// - Parameters:
    ///   - read: takes an urgent letter.
    ///   - hasWaitedEnough: asked whenever the loop is woken.
    /// - Throws: what the verb does; `StoppedWaiting` where it was not waited for to its end.
    func wait<Answer: Sendable>(
        for verb: @escaping @Sendable () async throws -> Answer, reading read: (Letter) -> Void,
        until hasWaitedEnough: () -> Bool
    ) async throws -> Answer {
        let outcome = Outcome<Answer>()
        let work = Task { [continuation] in
            do { outcome.set(.success(try await verb())) } catch { outcome.set(.failure(error)) }
            continuation.yield()
        }
        // The signal of letters that came meanwhile was taken here.
        defer { if letters.withLock({ !$0.isEmpty }) { continuation.yield() } }
        for await _ in signals {
            if let result = outcome.get() { return try result.get() }
            for letter in takeUrgent() { read(letter) }
            if hasWaitedEnough() { break }
        }
        work.cancel()
        throw StoppedWaiting()
    }

    private func takeUrgent() -> [Letter] {
        letters.withLock { letters in
            let urgent = letters.filter(\.isUrgent)
            if !urgent.isEmpty { letters.removeAll(where: \.isUrgent) }
            return urgent
        }
    }
}

/// The store has not answered before the stop could wait no longer; whether it carried the verb out is not known.
struct StoppedWaiting: Error {}

private final class Outcome<Answer: Sendable>: Sendable {
    private let result = Mutex<Result<Answer, any Error>?>(nil)

    func set(_ result: Result<Answer, any Error>) { self.result.withLock { $0 = result } }

    func get() -> Result<Answer, any Error>? { result.withLock { $0 } }
}
