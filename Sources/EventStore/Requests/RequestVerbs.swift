// The verbs that carry out what somebody asked of the daemon, as a store offers them.

import ChangeFeed

extension StoreEngine {
    /// Puts the next events of the oldest replay that was asked for into the queue, at most `limit`.
    ///
    /// - Returns: nil where none is asked for.
    package func carryOnReplay(to endpoints: [StoredEndpoint], limit: Int, at now: Instant) throws -> ReplayStep? {
        guard try isAsked([.replay]) else { return nil }
        return try transact { try CarryOnReplay(to: endpoints, limit: limit, at: now).run(in: $0) }
    }

    /// The resources that somebody asked to have polled; none is asked for any more then.
    package func takePollRequests() throws -> TakePollRequests.Asked {
        guard try isAsked([.poll]) else { return TakePollRequests.Asked() }
        return try transact { try TakePollRequests().run(in: $0) }
    }

    /// The resources whose held deletes somebody released, and the requests that could not be read.
    package func requestedReleases() throws -> (
        names: [ResourceName], dropped: [UnreadableRow]
    ) {
        guard try isAsked([.release]) else { return ([], []) }
        return try transact { try FindReleases().run(in: $0) }
    }

    /// Carries out what was decided first about what is held, for at most `limit` records.
    package func carryOutDecision(limit: Int) throws -> DecisionStep {
        guard try isAsked(CarryOutDecision.verbs) else { return DecisionStep() }
        return try transact { try CarryOutDecision(limit: limit).run(in: $0) }
    }

    /// Endpoints that are not among the configured ones, and of which something is to be given up.
    package func endpointsToGiveUp(besides configured: [StoredEndpoint]) throws -> [StoredEndpoint] {
        try look { store in
            let asked = Set(try store.requests([.giveUp, .giveUpAll]).compactMap(\.endpoint))
            return try asked.subtracting(configured.map(\.id)).sorted().compactMap(store.endpointRow).map { row in
                // Only where events coalesce, they get their numbers late.
                let rules = EndpointRules(order: row.order ?? .record, coalesces: try store.hasUnnumbered(of: row.id))
                return StoredEndpoint(
                    id: row.id, name: row.name, rules: rules, heldUntil: nil, health: EndpointHealth(),
                    hasNewTarget: false)
            }
        }
    }

    /// Gives the deliveries up that somebody asked to.
    ///
    /// - Parameter limit: of a queue at once.
    package func giveUpWhatWasAsked(of endpoint: StoredEndpoint, limit: Int, at now: Instant) throws -> GivenUp {
        let verb = GiveUp(of: endpoint, besides: claims, limit: limit, at: now)
        guard try look({ try verb.isAsked(in: $0) }) else { return GivenUp() }
        return try transact { try verb.run(in: $0) }
    }

    /// Discards dead letters that somebody asked to, at most `limit`.
    package func discardWhatWasAsked(limit: Int) throws -> Discarded {
        guard try isAsked([.discard]) else { return Discarded() }
        return try transact { try Discard(limit: limit).run(in: $0) }
    }

    /// Whether somebody asked for the API to be tried again.
    package func isAPIResumptionRequested() throws -> Bool {
        try isAsked([.resumeAPI])
    }

    /// The account's pause has ended, as was asked for.
    package func resumed(_ memory: RequestBudget.Memory) throws {
        try transact { store in
            let done = try store.requests([.resumeAPI])
            try store.write([.budget(memory), .endRequests(done.map(\.id))])
        }
    }

    /// Whether somebody asked for an endpoint to be resumed.
    package func isResumptionRequested(of endpoint: StoredEndpoint) throws -> Bool {
        try look { try $0.requests([.resume]).contains { $0.endpoint == endpoint.id } }
    }

    /// The endpoint is sent to again: what never failed finds out how it is, and then takes turns with what did.
    package func resume(_ endpoint: StoredEndpoint) throws {
        try transact { store in
            let done = try store.requests([.resume]).filter { $0.endpoint == endpoint.id }
            try store.write([
                .endpoint(endpoint.id, EndpointChange(health: .resumed, heldUntil: EndpointChange.Hold.none)),
                // Never attempted ones are due since they were detected; those that wait for another attempt came before.
                .makeDue(triedOf: endpoint.id), .endRequests(done.map(\.id)),
            ])
        }
    }

    private func isAsked(_ verbs: Set<OperatorRequest.Verb>) throws -> Bool {
        try !look { try $0.requests(verbs) }.isEmpty
    }
}

extension StoreTransaction {
    /// Asks the daemon to send to an endpoint again that is disabled, or whose circuit is open.
    ///
    /// - Returns: false where there is no such endpoint.
    package func askForResumption(of name: String) throws -> Bool {
        guard let id = try endpoint(named: name) else { return false }
        try ask(.resume, endpoint: id)
        return true
    }

    /// Asks the daemon to try the API again, whatever pause it makes.
    package func askForAPIResumption() throws { try ask(.resumeAPI) }
}
