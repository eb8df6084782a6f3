// A take-over under way: which accounts, and who stands in its way.

/// What a daemon is about to take, until the store has answered for all of it.
struct TakeOver: Sendable {
    private(set) var accounts: [String] = []
    /// Whose connections are ended first.
    private(set) var holders: [DaemonID] = []
    private var tries = 0

    init(_ accounts: [String] = []) {
        self.accounts = accounts
    }

    var isEmpty: Bool { accounts.isEmpty }

    mutating func endedFirstHolder() { holders.removeFirst() }

    /// What is left is what was blocked, as long as it is worth another try.
    ///
    /// - Parameter own: whose connections stay: a transaction of its own ends by itself.
    mutating func wasAnswered(blocked: [FleetMachine.Blocked], own: DaemonID) {
        tries += 1
        guard tries < LeaseTerms.triesOfTakeOver else { return self = TakeOver() }
        accounts = blocked.map(\.account)
        holders = Set(blocked.map(\.holder)).subtracting([own]).sorted()
    }
}
