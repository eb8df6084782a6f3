// What the admin server is told by the daemon, and what it asks of it.

import Operations

/// The daemon as the admin server sees it. What it is asked may take a while, and nobody's work waits for it.
package protocol AdminDesk: Sendable {
    /// What the accounts are called, in their order; none where the configuration names none.
    var accounts: [String] { get }
    /// The same daemon, asked about one of its accounts.
    ///
    /// - Parameter name: nil: the only one.
    /// - Throws: `OperationProblem` where it is not clear which one is meant.
    func desk(of name: String?) throws -> any AdminDesk
    /// - Throws: `OperationProblem` where it cannot be answered, `DeskBusy` where it cannot be at this moment.
    func ask<Asked: Question>(_ question: Asked) async throws -> Asked.Answer
    /// The daemon looks at once at what was left.
    @discardableResult
    func leave<Asked: Command>(_ command: Asked) async throws -> Asked.Answer
    /// Why the daemon cannot do its work now; none where it can.
    func reasonsNotReady() async -> [NotReady]
    /// Somebody says that a resource changed.
    ///
    /// - Returns: false where none of this name is polled.
    /// - Throws: `OperationProblem` where it is not clear of which account.
    func hint(_ resource: String) throws -> Bool
    /// Prometheus's text format, made anew for each request.
    func metrics() async throws -> String
    /// What is told of a process that lives, one line each, to anybody, and without waiting for anything.
    var signsOfLife: [String] { get }
}

extension AdminDesk {
    package var signsOfLife: [String] { [] }
}

/// Why work does not get on.
package struct NotReady: Sendable, Equatable {
    /// Nil: of the daemon as a whole, or of the only account.
    package var account: String?
    package var reason: String

    package init(account: String? = nil, _ reason: String) {
        self.account = account
        self.reason = reason
    }
}

/// Why the daemon answers nothing at this moment, though nothing is wrong with it.
package struct DeskBusy: Error {
    let reason: String

    /// - Parameter reason: for whoever asks, with what to do.
    package init(reason: String) {
        self.reason = reason
    }
}
