// What commands beside the daemon ask of it: left in the store, which the daemon looks through.

import ChangeFeed

extension StoreVisitor {
    /// Asks the daemon to send to an endpoint again that is disabled, or whose circuit is open.
    ///
    /// - Returns: false where there is no such endpoint.
    package func requestResumption(of endpoint: String) throws(StoreProblem) -> Bool {
        try transact { try $0.askForResumption(of: endpoint) } ?? false
    }

    /// Asks the daemon to try the API again, whatever pause it makes.
    ///
    /// - Returns: false where no daemon has used the account yet.
    package func requestAPIResumption() throws(StoreProblem) -> Bool {
        try transact {
            try $0.askForAPIResumption()
            return true
        } ?? false
    }

    /// Asks the daemon to poll a resource next, or all of the account.
    ///
    /// - Returns: nil where no daemon has used the account yet.
    package func requestPoll(of resource: ResourceName?) throws(StoreProblem) -> AskForPoll.Answer? {
        try transact { try AskForPoll(of: resource).run(in: $0) }
    }

    /// Asks the daemon to carry out what was decided about that which it holds of a resource at this moment.
    package func request(
        _ decision: HeldDecision, of resource: ResourceName
    ) throws(StoreProblem) -> HeldDecision.Answer {
        try transact { try AskForDecision(decision, of: resource).run(in: $0) } ?? .unknownResource
    }

    /// Asks the daemon to make a dead letter of a delivery.
    package func requestGivingUp(of delivery: Int64) throws(StoreProblem) -> AskToGiveUp.Answer {
        try transact { try AskToGiveUp.run(delivery, in: $0) } ?? .unknownDelivery
    }

    /// Asks the daemon to make dead letters of all that waits for an endpoint at this moment, configured or not.
    package func requestGivingUp(allTo endpoint: String) throws(StoreProblem) -> AskToGiveUp.AnswerForAll {
        try transact { try AskToGiveUp.run(allTo: endpoint, in: $0) } ?? .unknownEndpoint
    }

    /// Asks the daemon to discard all dead letters of an endpoint, configured or not.
    package func requestDiscarding(allTo endpoint: String) throws(StoreProblem) -> AskToDiscard.Answer {
        try transact { try AskToDiscard.run(allTo: endpoint, in: $0) } ?? .unknownEndpoint
    }

    /// How many events each endpoint would get again.
    ///
    /// - Parameter endpoints: those that are configured, by name.
    package func replayed(
        by selection: ReplaySelection, endpoints: [(name: String, rules: EndpointRules)]
    ) throws(StoreProblem) -> [(endpoint: String, events: Int)] {
        try look { try CountReplays(selection, to: endpoints).run(in: $0) }
            ?? endpoints.filter { selection.isTo($0.name) }.map { ($0.name, 0) }
    }

    /// Asks the daemon to send these again.
    ///
    /// - Returns: what the daemon carries on, and ends. Nil where no daemon has used the account yet: nothing was detected.
    @discardableResult
    package func requestReplay(
        of selection: ReplaySelection, eventsPerSecond: Double
    ) throws(StoreProblem) -> OperatorRequest? {
        try transact { try AskForReplay(selection, eventsPerSecond: eventsPerSecond).run(in: $0) }
    }

    /// How far the daemon is with a replay; nil where all of it is in the queue.
    package func progress(ofReplay request: OperatorRequest) throws(StoreProblem) -> ReplayRequest? {
        guard case .replay(let asked) = request.wish else { return nil }
        return try look { store in
            for case .replay(let now) in try store.requests([.replay]).filter({ $0.id == request.id }).map(\.wish)
            // A number is given out again once nothing is asked for under it.
            where now.selection == asked.selection && now.through == asked.through { return now }
            return nil
        } ?? nil
    }
}
