// Verbs on an account: who it is, what is known of its resources, how many requests it has made.

import ChangeFeed

extension StoreEngine {
    /// Brings the resources of the store and those of the configuration together, before anything of them is read.
    ///
    /// - Returns: what is known of the resources of the plans then.
    package func memory(
        adopting plans: [ResourcePlan], at now: Instant
    ) throws -> AccountMemory {
        // Whoever is not told what is known now goes by what was before.
        try transact { try AdoptPlans(plans, at: now).run(in: $0) }
    }

    /// What the budget remembered when the process before this one ended.
    package func budgetMemory() throws -> RequestBudget.Memory {
        try look { try $0.budgetMemory() }
    }

    /// Counts a request *before* it leaves, so that no crash can make the day's count too small.
    package func count(
        _ request: APIRequest, memory: RequestBudget.Memory, at now: Instant
    ) throws {
        var batch: [StoreOperation] = [
            .countRequest(request.purpose, bucket: QuotaLedger.bucket(of: now)),
            .budget(memory),
        ]
        if let others = memory.ledger.others.max(by: { $0.key < $1.key }) {
            batch.append(.othersUse(requests: others.value, bucket: others.key))
        }
        // What a clock that was wrong has counted in the future would count then.
        let kept =
            (QuotaLedger.bucket(of: now - QuotaLedger.window) - 1)...QuotaLedger.bucket(of: now + QuotaLedger.window)
        batch.append(.keepUsage(kept))
        try transact { try $0.write(batch) }
    }

    /// Keeps what an answer that brought no page has taught about the quota; a page brings it along.
    package func remember(_ memory: RequestBudget.Memory) throws {
        try transact { try $0.write([.budget(memory)]) }
    }

    package func remember(instance: String) throws {
        try transact { try $0.write([.instance(instance)]) }
    }

    /// The endpoint of this name, made the first time. What waits goes by the order that is given now.
    ///
    /// - Parameters:
    ///   - target: the fingerprint of its URL, which itself may hold secrets. What is known of the health of another URL
    ///     says nothing of this one. Nil leaves that as it is.
    ///   - longestWait: of the schedule. No retry is ever further away, or further than a receiver may ask for; one that is
    ///     was written under a clock that ran ahead.
    package func endpoint(
        named name: String, rules: EndpointRules = EndpointRules(), target: Fingerprint? = nil, longestWait: Duration,
        at now: Instant
    ) throws -> StoredEndpoint {
        let verb = OpenEndpoint(name, rules: rules, target: target, longestWait: longestWait, at: now)
        return try transact { try verb.run(in: $0) }
    }
}
