// The verb of detection: a page is compared with the known records and written, with its events, in one transaction.

import ChangeFeed

/// Writes known records, events, deliveries, progress and what is known of the quota together.
package struct CommitPage {
    package let page: PageCommit
    package let account: StoredAccount
    package let events: EventTerms

    package init(_ page: PageCommit, of account: StoredAccount, _ events: EventTerms) {
        self.page = page
        self.account = account
        self.events = events
    }

    package func run(in store: any StoreTransaction) throws -> CommitSummary {
        let (resource, begin) = try writeProgress(in: store)
        let records = try PageRecords(page, of: resource, in: store)
        var summary = records.summary
        let announcing = Announcing(resource, of: account, events)
        let told = try announcing.operations(for: records.tellings, in: store)
        try store.write(begin + records.writes(at: events.now) + told)
        let presence = PresenceStepWriting(page, of: resource, returned: records.returned, announcing: announcing)
        try presence.run(in: store, into: &summary)
        try endReadings(of: resource, announcing, in: store, into: &summary)
        return summary
    }

    private func writeProgress(in store: any StoreTransaction) throws -> (KnownResource, [StoreOperation]) {
        var batch = [StoreOperation.budget(page.budget)]
        let row = try store.resource(named: page.plan.name)
        let id = try row?.id ?? (store.lastNumber(of: .resources) + 1)
        let eventName: ResourceName
        if let known = row?.eventName {
            eventName = known
        } else {
            let taken = try store.eventNames(besides: id)
            eventName = ResourceName(page.plan.nameInIDs(besides: taken))
            batch.append(
                row == nil
                    ? .introduce(
                        NewResource(
                            id: id, name: page.plan.name, eventName: eventName,
                            source: page.plan.source))
                    : .identify(resource: id, eventName: eventName, source: page.plan.source))
        }
        batch.append(.progress(page.progress, resource: id))
        if let pace = page.pace { batch.append(.pace(pace, resource: id)) }
        return (KnownResource(id: id, plan: page.plan, eventName: eventName), batch)
    }

    /// The last page of a reading: what changed without a stamp is told now, or held.
    private func endReadings(
        of resource: KnownResource, _ announcing: Announcing, in store: any StoreTransaction,
        into summary: inout CommitSummary
    ) throws {
        guard !page.endedReadings.isEmpty else { return }
        for reading in page.endedReadings {
            let judging = UnstampedJudging(of: resource.id, foundBy: reading, at: events.now)
            if let held = try judging.run(in: store) { summary.held = held }
        }
        summary.updated +=
            try UnstampedSettling(announcing, limit: Limits.unstampedSettledAtOnce).run(in: store).told
    }
}

/// Who gets the events of a transaction, and when they were detected.
package struct EventTerms {
    /// As far as their rules admit the events.
    package let endpoints: [StoredEndpoint]
    /// Nothing is folded into what is under way.
    package let claims: Claims
    /// What receivers are told, by the wall clock.
    package let detectedAt: Instant
    /// From when on the events are due, by the clock that deliveries go by.
    package let now: Instant

    package init(to endpoints: [StoredEndpoint], besides claims: Claims, detectedAt: Instant, at now: Instant) {
        self.endpoints = endpoints
        self.claims = claims
        self.detectedAt = detectedAt
        self.now = now
    }
}

extension ResourcePlan {
    /// What a resource that is met for the first time is called in the ids of its events: its name, unless another state
    /// by that name has given out ids already. No two states are called the same, or an event could get the id of another.
    package func nameInIDs(besides taken: Set<String>) -> String {
        let apart = "\(name.text) \(source.object) \(source.idField)"
        if let name = [name.text, apart].first(where: { !taken.contains($0) }) { return name }
        var number = 2
        while taken.contains("\(apart) \(number)") { number += 1 }
        return "\(apart) \(number)"
    }
}
