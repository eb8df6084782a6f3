// A way to be there when a transaction is about to be sent.

import Synchronization

final class CommitWatch: Sendable {
    private let body = Mutex<(@Sendable () throws -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () throws -> Void) { self.body.withLock { $0 = body } }

    func strike() throws { try body.withLock { $0 }?() }
}
