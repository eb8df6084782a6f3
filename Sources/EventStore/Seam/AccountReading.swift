// What verbs ask of accounts, resources and endpoints.

import ChangeFeed

/// Answers about what there are few of.
package protocol AccountReading {
    /// The resource of this name that is not set aside.
    func resource(named name: ResourceName) throws -> ResourceRow?
    /// Those that are not set aside, in the order of their numbers.
    func resources() throws -> [ResourceRow]
    /// What the resources are called in the ids of events, those that are set aside included.
    func eventNames(besides resource: Int64) throws -> Set<String>
    func heldUntil(of endpoint: Int64) throws -> Instant?
    func endpointRow(named name: String) throws -> EndpointRow?
    func endpointRow(_ id: Int64) throws -> EndpointRow?
    /// The instance that the account's records came from; nil where that was never learned.
    func instance() throws -> String?
    /// By which all records of the store are known; nil where it is damaged or lost.
    func fingerprintKey() throws -> FingerprintKey?
    func budgetMemory() throws -> RequestBudget.Memory
    /// Of the resources that were ever contacted and are not set aside.
    func progress() throws -> [ResourceName: ResourceProgress]
    /// Without those that cannot be read.
    func paces() throws -> [ResourceName: ResourcePace]
    /// Those that are set aside included, which come after the others, in the order in which they were.
    func storedResources() throws -> [StoredResource]
    /// The highest number in a table; 0 where it is empty.
    func lastNumber(of table: NumberedTable) throws -> Int64
}

/// What is numbered by the verbs: the next gets the number after the highest that is there.
package enum NumberedTable: Sendable {
    case endpoints, resources, deliveries, requests
}

/// A resource as verbs see it.
package struct ResourceRow: Sendable, Equatable {
    package let id: Int64
    package let name: ResourceName
    /// What it is called in the ids of events; nil in one from before that was kept.
    package let eventName: ResourceName?
    /// Since when deletes are held.
    package let deletesHeldSince: Instant?

    package init(id: Int64, name: ResourceName, eventName: ResourceName?, deletesHeldSince: Instant?) {
        self.id = id
        self.name = name
        self.eventName = eventName
        self.deletesHeldSince = deletesHeldSince
    }
}

package struct NewResource: Sendable, Equatable {
    package let id: Int64
    package let name: ResourceName
    package let eventName: ResourceName
    package let source: RecordSource
}

extension AccountReading {
    package func endpoint(named name: String) throws -> Int64? { try endpointRow(named: name)?.id }
}
