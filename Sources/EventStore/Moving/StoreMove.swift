// A store that is carried to another one, whatever the engines of the two.

import ChangeFeed

/// How far a move is.
package struct MoveProgress: Sendable, Equatable {
    package enum Part: Sendable {
        case records, events, deliveries
    }

    /// The account's name.
    package let account: String
    package let part: Part
    package let done: Int
    /// About so many.
    package let whole: Int
}

/// What was carried.
package struct MoveSummary: Sendable, Equatable {
    package var accounts = 0
    package var records = 0
    package var events = 0
    package var deliveries = 0
}

/// Somebody wanted no more of a move; it begins anew when it is asked for again.
package struct MoveStopped: Error {
    package init() {}
}

/// Carries everything that a store keeps, of all its accounts, into one that was opened for it.
///
/// Nobody else writes to either meanwhile. The other store is marked as unfinished until everything is there, so that no
/// daemon begins with a half of it; a move that was broken off begins anew.
package struct StoreMove {
    private let source: any StateStore
    private let target: any StateStore
    private let goesOn: (MoveProgress) -> Bool
    private let beforeEnd: () throws -> Void

    /// - Parameters:
    ///   - target: by `StoreLocation.openTarget`.
    ///   - beforeEnd: where it throws, the move does not come to its end.
    ///   - goesOn: is told how far it is, now and then; false ends it.
    package init(
        from source: any StateStore, to target: any StateStore, beforeEnd: @escaping () throws -> Void = {},
        goesOn: @escaping (MoveProgress) -> Bool = { _ in true }
    ) {
        self.beforeEnd = beforeEnd
        self.source = source
        self.target = target
        self.goesOn = goesOn
    }

    /// - Throws: `MoveStopped`, or what a verb of either store failed by.
    package func run() throws -> MoveSummary {
        var (summary, numbers) = (MoveSummary(), MoveNumbers())
        for name in try source.accountNames() {
            guard let account = try source.account(named: name) else { continue }
            let place = try target.account(named: name, identity: account.account.identity)
            try AccountMove(name, from: account, to: place, numbers, goesOn).run(&summary)
            summary.accounts += 1
            if target.sharesNumbers && !source.sharesNumbers {
                numbers = try account.look { try numbers.behind($0) }
            }
        }
        try beforeEnd()
        try target.endMove()
        return summary
    }
}
