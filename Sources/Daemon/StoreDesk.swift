// The store behind a queue of its own: its verbs block, and the threads of Swift concurrency must not.

import ChangeFeed
import Dispatch
import EventStore
import Foundation
import Logging
import Synchronization

/// Runs verbs of the store, one after the other, off the cooperative threads, and tells how it fares.
///
/// What passes, such as a lock that another process holds, is waited for here, for as long as it takes: nothing is wrong
/// with what is to be written. Whoever has waited enough cancels its task; the verb may then still be carried out.
package final class StoreDesk: Sendable {
    package let store: any StateStore
    /// Why the daemon cannot go on; nothing comes after the first.
    let endings: AsyncStream<StoreProblem>
    private let ending: AsyncStream<StoreProblem>.Continuation
    private let logger: Logger
    private let queue = DispatchQueue(label: "state store")
    private let lookers = DispatchQueue(label: "looking at the state store")
    private let health = Mutex(StoreHealth())
    /// The verb that writes at this moment.
    private let current = Mutex(StoreVerb.commit)
    private let isClosed = Atomic(false)

    package init(_ store: any StateStore, logger: Logger) {
        self.store = store
        self.logger = logger
        (endings, ending) = AsyncStream.makeStream()
        store.whenHeldUp { [weak self] in self?.tell(heldUpBy: $0) }
    }

    package func run<Answer: Sendable>(
        _ verb: StoreVerb, _ body: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await Blocking.run(on: queue) {
            self.current.withLock { $0 = verb }
            return try self.patiently(verb, body)
        }
    }

    /// Runs a verb that only reads, and may take its time: work does not wait for it.
    package func look<Answer: Sendable>(
        _ body: @escaping @Sendable () throws -> Answer
    ) async throws -> Answer {
        try await Blocking.run(on: lookers) { try self.patiently(.look, body) }
    }

    /// What the store suffers from now.
    package var troubles: Set<StoreTrouble> { health.withLock { $0.troubles } }

    /// Ends the daemon where the store is not the one that was opened any more.
    func requireSameStore() throws(StoreProblem) {
        do { try store.requireSameStore() } catch {
            end(error)
            throw error
        }
    }

    /// Closes the store once what is under way has ended, or leaves it as it is where that takes too long: whatever was
    /// committed is safe either way.
    func close(within limit: Duration) async {
        isClosed.store(true, ordering: .relaxed)
        ending.finish()
        await withTaskGroup { race in
            race.addTask { [store, queue] in try? await Blocking.run(on: queue) { store.finish() } }
            race.addTask { try? await ContinuousClock().sleep(for: limit) }
            await race.next()
            race.cancelAll()
        }
    }

    private static let pause = Duration.milliseconds(100)

    private func patiently<Answer>(_ verb: StoreVerb, _ body: () throws -> Answer) throws -> Answer {
        while true {
            guard !isClosed.load(ordering: .relaxed) else { throw CancellationError() }
            try requireSameStore()
            let began = ContinuousClock.now
            do {
                let answer = try body()
                tell(health.withLock { $0.succeeded(verb) }, of: nil)
                return answer
            } catch {
                guard let failure = store.failure(behind: error) else {
                    // The store has answered, though not as was hoped: the account may be another daemon's by now.
                    if !isClosed.load(ordering: .relaxed) { tell(health.withLock { $0.succeeded(verb) }, of: nil) }
                    throw error
                }
                tell(health.withLock { $0.failed(verb, failure.trouble) }, of: failure)
                // What can wait for an hour keeps nobody waiting.
                if !failure.trouble.passes || verb == .tidy && store.location.isShared { throw failure }
                // The engine has waited a while itself, but for refusals that come at once.
                if ContinuousClock.now - began < Self.pause { Thread.sleep(forTimeInterval: Self.pause.inSeconds) }
            }
        }
    }

    /// It is over when the verb ends.
    private func tell(heldUpBy failure: StoreFailure) {
        let verb = current.withLock { $0 }
        tell(health.withLock { $0.failed(verb, failure.trouble) }, of: failure)
    }

    private func tell(_ notices: [StoreHealth.Notice], of failure: StoreFailure?) {
        let place = store.location.place
        for notice in notices {
            switch notice {
            case .began(.locked):
                logger.warning("the state store \(place) is locked, and everything waits\(failure.inWords)")
            case .began(.unreachable):
                logger.warning("the state store \(place) cannot be reached, and everything waits\(failure.inWords)")
            case .began: logger.error("the state store \(place) fails\(failure.inWords)")
            case .ended(.locked):
                logger.notice("the state store is not locked any more")
            case .ended(.unreachable):
                logger.notice("the state store can be reached again")
            case .ended(let trouble):
                logger.notice("the state store works again", metadata: ["trouble": "\(trouble.rawValue)"])
            case .hopeless:
                if let failure { end(store.problem(behind: failure)) }
            }
        }
    }

    /// Ends the daemon.
    func end(_ problem: StoreProblem) {
        ending.yield(problem)
        ending.finish()
    }
}

extension StoreFailure? {
    fileprivate var inWords: String { map { ": \($0)" } ?? "" }
}
