// What commands beside the daemon ask of it: left in the store, which the daemon looks through.

import ChangeFeed
import EventStore
import GRDB

extension StoreVisitor {
    package enum Resumption: Sendable, Equatable {
        case requested, unknownEndpoint
    }

    /// Asks the daemon to send to an endpoint again that is disabled, or whose circuit is open.
    package func requestResumption(of endpoint: String) throws(StoreProblem) -> Resumption {
        try transact { try $0.askForResumption(of: endpoint) ? .requested : .unknownEndpoint }
    }

    /// Asks the daemon to try the API again, whatever pause it makes.
    ///
    /// - Returns: false where no daemon has used the account yet.
    package func requestAPIResumption() throws(StoreProblem) -> Bool {
        try visit { db in
            guard try db.account(named: account) != nil else { return false }
            try transaction(in: db).askForAPIResumption()
            return true
        }
    }

    /// Asks the daemon to poll a resource next, or all of the account.
    ///
    /// - Returns: nil where no daemon has used the account yet.
    package func requestPoll(of resource: ResourceName?) throws(StoreProblem) -> AskForPoll.Answer? {
        try visit { db in
            try db.account(named: account) == nil ? nil : AskForPoll(of: resource).run(in: transaction(in: db))
        }
    }

    /// Asks the daemon to carry out what was decided about that which it holds of a resource at this moment.
    package func request(
        _ decision: HeldDecision, of resource: ResourceName
    ) throws(StoreProblem) -> HeldDecision.Answer {
        try transact { try AskForDecision(decision, of: resource).run(in: $0) }
    }

    /// Asks the daemon to make a dead letter of a delivery.
    package func requestGivingUp(of delivery: Int64) throws(StoreProblem) -> AskToGiveUp.Answer {
        try transact { try AskToGiveUp.run(delivery, in: $0) }
    }

    /// Asks the daemon to make dead letters of all that waits for an endpoint at this moment, configured or not.
    package func requestGivingUp(allTo endpoint: String) throws(StoreProblem) -> AskToGiveUp.AnswerForAll {
        try transact { try AskToGiveUp.run(allTo: endpoint, in: $0) }
    }

    /// Asks the daemon to discard all dead letters of an endpoint, configured or not.
    package func requestDiscarding(allTo endpoint: String) throws(StoreProblem) -> AskToDiscard.Answer {
        try transact { try AskToDiscard.run(allTo: endpoint, in: $0) }
    }

    /// How many events each endpoint would get again.
    ///
    /// - Parameter endpoints: those that are configured, by name.
    package func replayed(
        by selection: ReplaySelection, endpoints: [(name: String, rules: EndpointRules)]
    ) throws(StoreProblem) -> [(endpoint: String, events: Int)] {
        try transact { try CountReplays(selection, to: endpoints).run(in: $0) }
    }

    /// Asks the daemon to send these again.
    ///
    /// - Returns: what the daemon carries on, and ends.
    @discardableResult
    package func requestReplay(
        of selection: ReplaySelection, eventsPerSecond: Double
    ) throws(StoreProblem) -> OperatorRequest {
        try transact { try AskForReplay(selection, eventsPerSecond: eventsPerSecond).run(in: $0) }
    }

    /// How far the daemon is with a replay; nil where all of it is in the queue.
    package func progress(ofReplay request: OperatorRequest) throws(StoreProblem) -> ReplayRequest? {
        guard case .replay(let asked) = request.wish else { return nil }
        return try transact { store in
            for case .replay(let now) in try store.requests([.replay]).filter({ $0.id == request.id }).map(\.wish)
            // A number is given out again once nothing is asked for under it.
            where now.selection == asked.selection && now.through == asked.through { return now }
            return nil
        }
    }

    private func transact<Answer>(
        _ verb: (any StoreTransaction) throws -> Answer
    ) throws(StoreProblem) -> Answer {
        try visit { try verb(transaction(in: $0)) }
    }

    private func transaction(in db: Database) throws -> SQLiteTransaction {
        SQLiteTransaction(db, packing, try rows(in: db))
    }
}
