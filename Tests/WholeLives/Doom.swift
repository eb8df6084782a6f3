// Death at the very last moment of a transaction, when everything is written and nothing is committed.

import Synchronization

/// Lets a process die at the end of one of the next transactions, whichever verb it belongs to.
///
/// A verb that used two transactions where it promises one would lose the second and keep the first.
final class Doom: Sendable {
    private let commitsLeft = Atomic<Int>(0)
    private let hasStruck = Atomic<Bool>(false)

    /// - Parameter commit: 1 for the next one.
    func seal(atCommit commit: Int) { commitsLeft.store(commit, ordering: .relaxed) }

    func lift() { commitsLeft.store(0, ordering: .relaxed) }

    /// Whether an error that came out of the store is this death.
    var isFulfilled: Bool { hasStruck.load(ordering: .relaxed) }

    /// To be called before each commit.
    func strike() throws {
        let left = commitsLeft.load(ordering: .relaxed)
        guard left > 0 else { return }
        commitsLeft.store(left - 1, ordering: .relaxed)
        guard left == 1 else { return }
        hasStruck.store(true, ordering: .relaxed)
        throw SimulatedLife.Death()
    }
}
