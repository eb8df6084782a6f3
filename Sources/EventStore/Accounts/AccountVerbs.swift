// Verbs on an account: who it is, what is known of its resources, how many requests it has made.

import ChangeFeed

extension StoreEngine {
    /// The account of this name; the first time, `identity` becomes its own for good.
    package func account(named name: String, identity: String) throws -> StoredAccount {
        try transact { store in
            if let known = try store.storedAccount(named: name) { return known }
            let account = StoredAccount(id: try store.lastNumber(of: .accounts) + 1, identity: identity)
            try store.write([.openAccount(account, name: name)])
            return account
        }
    }

    /// Brings the resources of the store and those of the configuration together, before anything of them is read.
    ///
    /// - Returns: what is known of the resources of the plans then.
    package func memory(
        adopting plans: [ResourcePlan], of account: StoredAccount, at now: Instant
    ) throws -> AccountMemory {
        // Whoever is not told what is known now goes by what was before.
        try transact { try AdoptPlans(plans, of: account, at: now).run(in: $0) }
    }

    /// What the budget remembered when the process before this one ended.
    package func budgetMemory(of account: StoredAccount) throws -> RequestBudget.Memory {
        try look { try $0.budgetMemory(of: account.id) }
    }

    /// Counts a request *before* it leaves, so that no crash can make the day's count too small.
    package func count(
        _ request: APIRequest, of account: StoredAccount, memory: RequestBudget.Memory, at now: Instant
    ) throws {
        var batch: [StoreOperation] = [
            .countRequest(request.purpose, bucket: QuotaLedger.bucket(of: now), account: account.id),
            .budget(memory, account: account.id),
        ]
        if let others = memory.ledger.others.max(by: { $0.key < $1.key }) {
            batch.append(.othersUse(requests: others.value, bucket: others.key, account: account.id))
        }
        // What a clock that was wrong has counted in the future would count then.
        let kept =
            (QuotaLedger.bucket(of: now - QuotaLedger.window) - 1)...QuotaLedger.bucket(of: now + QuotaLedger.window)
        batch.append(.keepUsage(kept, account: account.id))
        try transact { try $0.write(batch) }
    }

    /// Keeps what an answer that brought no page has taught about the quota; a page brings it along.
    package func remember(_ memory: RequestBudget.Memory, of account: StoredAccount) throws {
        try transact { try $0.write([.budget(memory, account: account.id)]) }
    }

    package func remember(instance: String, of account: StoredAccount) throws {
        try transact { try $0.write([.instance(instance, account: account.id)]) }
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
