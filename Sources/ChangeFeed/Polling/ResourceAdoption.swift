// Which state of the store belongs to which resource of the configuration, decided when a daemon starts.

/// A resource as the store has it.
package struct StoredResource: Sendable, Equatable {
    package var id: Int64
    /// Its key in the configuration, as it was last read there.
    package var name: ResourceName
    /// What its known records are: the object they were read from, and the field that tells one from the other. Nil in a
    /// store from before that was kept.
    package var source: RecordSource?
    /// Some of its records, where nothing else tells what they are.
    package var examples: [Example]
    package var isAside: Bool
    /// When it was last polled; nil where it was never read to the end of a poll.
    package var polledAt: Instant?

    package struct Example: Sendable, Equatable {
        /// What it is known by.
        package var id: RecordID
        package var record: RawRecord

        package init(id: RecordID, record: RawRecord) {
            self.id = id
            self.record = record
        }
    }

    package init(
        id: Int64, name: ResourceName, source: RecordSource?, examples: [Example] = [], isAside: Bool,
        polledAt: Instant?
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.examples = examples
        self.isAside = isAside
        self.polledAt = polledAt
    }

    /// Whether its records can be compared with those of the plan. The field that tells them apart is mostly another one in
    /// another object, and no single record that is odd decides about all the others.
    fileprivate func isOf(_ plan: ResourcePlan) -> Bool {
        if let source { return source == plan.source }
        let fitting = examples.count { $0.record.id(at: plan.idField) == $0.id }
        return fitting * 10 >= examples.count
    }
}

/// What records can be compared with each other: those of one object, told apart by one field.
package struct RecordSource: Sendable, Hashable {
    /// `contacts`, for whatever way of writing `/Contacts`. Stored.
    package var object: String
    /// `CONTACT_ID`. Stored.
    package var idField: String

    package init(object: String, idField: String) {
        self.object = object
        self.idField = idField
    }
}

extension ResourcePlan {
    package var source: RecordSource {
        RecordSource(object: InsightlyObject.canonicalName(of: recordPath), idField: idField.description)
    }
}

/// What is to be done with the store's resources before they are polled, and what the operator should know of it.
package struct ResourceAdoption: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// Its records are compared with nothing any more; it keeps them for a while.
        case setAside(Int64)
        case takeUp(Int64)
        /// It is the state of the resource that is called so now.
        case keep(Int64, ResourceName, RecordSource)
    }

    package enum Notice: Sendable, Equatable {
        case renamed(from: ResourceName, to: ResourceName)
        /// - Parameter was: nil where the store does not say it.
        case begunAnew(ResourceName, was: RecordSource?, now: RecordSource)
        case takenUp(ResourceName, RecordSource)
        /// The configuration names it no more.
        case unnamed(ResourceName)
    }

    /// To be carried out in this order.
    package private(set) var steps: [Step] = []
    package private(set) var notices: [Notice] = []

    package init(plans: [ResourcePlan], stored: [StoredResource]) {
        for plan in plans {
            adopt(plan, from: stored.filter { $0.name.canonical == plan.name.canonical })
        }
        let named = Set(plans.map(\.name.canonical))
        notices += stored.filter { !$0.isAside && !named.contains($0.name.canonical) }
            .map { .unnamed($0.name) }
    }

    /// - Parameter candidates: of this resource, by whatever name.
    private mutating func adopt(_ plan: ResourcePlan, from candidates: [StoredResource]) {
        let current = Self.current(of: candidates, named: plan.name)
        for other in candidates where !other.isAside && other.id != current?.id { steps.append(.setAside(other.id)) }
        if let current, current.isOf(plan) {
            if current.name != plan.name { notices.append(.renamed(from: current.name, to: plan.name)) }
            steps.append(.keep(current.id, plan.name, plan.source))
            return
        }
        if let current { steps.append(.setAside(current.id)) }
        if let former = candidates.last(where: { $0.isAside && $0.source == plan.source }) {
            steps += [.takeUp(former.id), .keep(former.id, plan.name, plan.source)]
            notices.append(.takenUp(plan.name, plan.source))
        } else if let current {
            notices.append(.begunAnew(plan.name, was: current.source, now: plan.source))
        }
    }

    /// A store from before names were one has several states of a resource: the one under the name as it is written now,
    /// else the one that was read last.
    private static func current(of candidates: [StoredResource], named name: ResourceName) -> StoredResource? {
        let active = candidates.filter { !$0.isAside }
        return active.first { $0.name == name }
            ?? active.max { ($0.polledAt ?? .distantPast) < ($1.polledAt ?? .distantPast) }
    }
}
