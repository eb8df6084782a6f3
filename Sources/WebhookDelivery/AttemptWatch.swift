// Looks on as an attempt goes from one phase to the next: an attempt that is broken off tells how far it came.

import ChangeFeed
import HTTPFaults
import Synchronization

final class AttemptWatch: Sendable {
    private struct Marks {
        var phases = AttemptPhases()
        var last: ContinuousClock.Instant
        var isConnected = false
        var beginning: [UInt8] = []
        var answer: AttemptOutcome?
        var answerEndsWithConnection = false
        var deadline: ContinuousClock.Instant
        var waitsSince: ContinuousClock.Instant?
    }

    private let marks: Mutex<Marks>

    init(start: ContinuousClock.Instant, timeout: Duration) {
        marks = Mutex(Marks(last: start, deadline: start + timeout))
    }

    /// How much longer the attempt may take. Waiting for its turn is no fault of the receiver, and uses nothing up.
    var timeLeft: Duration {
        marks.withLock { marks in
            marks.waitsSince.map { max(marks.deadline - $0, .seconds(1)) } ?? marks.deadline - .now
        }
    }

    /// The attempt waits for its turn.
    func waits() { marks.withLock { $0.waitsSince = .now } }

    func goesOn() {
        marks.withLock { marks in
            let time = marks.waitsSince.map { ContinuousClock.now - $0 } ?? .zero
            marks.waitsSince = nil
            marks.deadline += time
            marks.last += time
        }
    }

    /// Gives work up, and cancels it, when the time of the attempt is over.
    func whileTimeLasts<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { race in
            race.addTask(operation: work)
            race.addTask {
                try await Task.sleep(for: max(.zero, self.timeLeft))
                throw AttemptTimedOut()
            }
            defer { race.cancelAll() }
            guard let first = try await race.next() else { throw CancellationError() }
            return first
        }
    }

    /// This phase ends now, and the next begins.
    func ended(_ phase: AttemptPhases.Phase) {
        marks.withLock { marks in
            let now = ContinuousClock.now
            marks.phases[phase] = now - marks.last
            marks.last = now
        }
    }

    var phases: AttemptPhases { marks.withLock(\.phases) }

    /// The request begins to go out.
    func connected() {
        let isNews = marks.withLock { marks in
            defer { marks.isConnected = true }
            return !marks.isConnected
        }
        if isNews { ended(.connect) }
    }

    /// Whether there was a connection to send on.
    var isConnected: Bool { marks.withLock(\.isConnected) }

    /// Something of an answer came.
    func heard(_ bytes: some Collection<UInt8>) {
        marks.withLock { $0.beginning += bytes.prefix(HTTP2Answer.bytesNeeded - $0.beginning.count) }
    }

    /// Whether anything of an answer came, be it one byte.
    var isHeard: Bool { !beginning.isEmpty }

    private var beginning: [UInt8] { marks.withLock(\.beginning) }

    /// Whether what came was no answer, but the beginning of HTTP/2.
    var speaksHTTP2: Bool { HTTP2Answer.begins(beginning) }

    /// The connection was none any more, and nothing is known of another yet.
    func startsOver() { marks.withLock { $0.isConnected = false } }

    /// The head of the answer came.
    func began(_ answer: AttemptOutcome, endsWithConnection: Bool) {
        ended(.wait)
        marks.withLock { marks in
            marks.answer = answer
            marks.answerEndsWithConnection = endsWithConnection
        }
    }

    /// More of the answer's body came, of which this is worth keeping.
    func read(_ bytes: some Sequence<UInt8>) {
        marks.withLock { $0.answer?.answer += bytes }
    }

    /// Whether there is an answer whose body goes on until the connection ends.
    var answerEndsWithConnection: Bool { marks.withLock(\.answerEndsWithConnection) }

    /// The answer, as far as it came; nil where it had not begun.
    var answer: AttemptOutcome? { marks.withLock(\.answer) }
}
