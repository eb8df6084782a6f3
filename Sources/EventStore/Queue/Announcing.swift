// From changes to numbered events, and from these to the deliveries of each endpoint that gets them.

import ChangeFeed

/// Announces changes of one resource within one transaction: each gets the next number of the log, and its id.
package struct Announcing {
    let resource: KnownResource
    let account: StoredAccount
    let terms: EventTerms

    package init(_ resource: KnownResource, of account: StoredAccount, _ terms: EventTerms) {
        self.resource = resource
        self.account = account
        self.terms = terms
    }

    /// - Returns: what has to be written for them. The records themselves are another matter.
    func operations(for tellings: [Telling], in store: any StoreReading) throws -> [StoreOperation] {
        guard !tellings.isEmpty else { return [] }
        let events = numbered(tellings, after: try store.lastSequence())
        var operations = [StoreOperation.log(events.map(\.write), of: resource)]
        var nextDelivery = try store.lastNumber(of: .deliveries) + 1
        for endpoint in terms.endpoints {
            let admitted = events.filter {
                endpoint.rules.filter.admits($0.change, type: $0.write.type, resource: resource.plan.name)
            }
            guard !admitted.isEmpty else { continue }
            let keys = admitted.compactMap {
                endpoint.rules.order.key(resource: resource.id, record: $0.change.recordID)
            }
            var queue = QueueTails(
                of: endpoint, try QueueRead(of: endpoint, keys: Array(Set(keys)), in: store), resource: resource,
                firstDelivery: nextDelivery)
            for event in admitted { queue.add(event, besides: terms.claims, at: terms.now) }
            nextDelivery = queue.nextDelivery
            operations += queue.operations
        }
        return operations
    }

    package func numbered(_ tellings: [Telling], after last: Int) -> [NumberedEvent] {
        tellings.enumerated().map { index, telling in
            let (sequence, change) = (last + 1 + index, telling.change)
            let id = EventID.make(
                account: account.identity, resource: eventName, record: change.recordID, version: telling.version,
                content: change.record.bytes, kind: change.kind)
            let body = EventBody.standard(
                id: id, typeName: resource.plan.typeName, change: change, sequence: sequence,
                resource: resource.plan.name, detectedAt: terms.detectedAt, account: account.title)
            return NumberedEvent(
                write: EventWrite(
                    sequence: sequence, id: id, record: change.recordID,
                    type: "\(resource.plan.typeName).\(change.kind.rawValue)", detectedAt: terms.detectedAt, body: body),
                change: change, before: telling.before)
        }
    }

    private var eventName: ResourceName { resource.eventName }
}

/// An event that was just given its number.
package struct NumberedEvent: Sendable {
    package let write: EventWrite
    package let change: Change
    /// The record's state before; nil where it is unknown.
    package let before: [UInt8]?

    package init(write: EventWrite, change: Change, before: [UInt8]?) {
        self.write = write
        self.change = change
        self.before = before
    }
}
