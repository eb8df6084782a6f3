// What daemons that share a store have of it: a name of their own, and leases of accounts.

/// A daemon among those that share a store. Each process draws one at its start, so none is ever taken for another.
package struct DaemonID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    package static func < (left: DaemonID, right: DaemonID) -> Bool { left.description < right.description }
}

/// That a daemon leads an account, under an epoch.
///
/// The epoch counts take-overs and never goes back: whatever is written or begun under an earlier one is void. When the
/// lease expires stands in the store alone, by the store's own clock.
package struct Lease: Hashable, Sendable {
    package let account: String
    /// 1 for the first daemon that ever led the account.
    package let epoch: Int

    package init(account: String, epoch: Int) {
        self.account = account
        self.epoch = epoch
    }
}
