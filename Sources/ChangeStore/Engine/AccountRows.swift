// Which rows of the file are an account's, where the numbers of all accounts stand in one column.

import EventStore

/// Each account counts its events from 1. In the column they stand in a range of the account's own, so that its events lie
/// together and are found by one key: those of the first account as they are counted, those of each further one behind
/// 2⁴⁰ more.
struct AccountRows: Sendable {
    private static let width = 1 << 40

    let account: Int64

    init(_ account: StoredAccount) {
        self.account = account.id
    }

    private var base: Int { Int(account - 1) * Self.width }

    /// Where all of its events are.
    var keys: ClosedRange<Int> { base...(base + Self.width - 1) }

    /// - Parameter sequence: a number of the account's log; one beyond the range is that of none.
    func key(of sequence: Int) -> Int { base + min(max(sequence, 0), Self.width - 1) }

    func sequence(at key: Int) -> Int { key - base }
}
