// Which events an endpoint gets.

/// The events that pass each of three tests; a test that is left empty is passed by all.
package struct EventFilter: Sendable, Equatable {
    package var types: [EventTypePattern]
    package var resources: Set<ResourceName>
    package var fields: [FieldCondition]

    package init(types: [EventTypePattern] = [], resources: Set<ResourceName> = [], fields: [FieldCondition] = []) {
        self.types = types
        self.resources = resources
        self.fields = fields
    }

    package static let all = EventFilter()

    /// - Parameter type: `contact.updated`
    package func admits(_ change: Change, type: String, resource: ResourceName) -> Bool {
        mayAdmit(type: type, resource: resource) && admitsFields(of: change)
    }

    /// As far as that can be told without the change.
    package func mayAdmit(type: String, resource: ResourceName) -> Bool {
        (resources.isEmpty || resources.contains(resource)) && (types.isEmpty || types.contains { $0.matches(type) })
    }

    /// A change that takes a record out of what is asked for is told as well: it is the last that the receiver hears of it,
    /// and without it would keep for ever what is no longer so.
    private func admitsFields(of change: Change) -> Bool {
        if fields.isEmpty { return true }
        if fields.allSatisfy({ $0.holds(for: $0.value(in: change.record)) }) { return true }
        guard let changes = change.changes else { return false }
        return fields.allSatisfy { $0.holds(for: $0.value(before: changes, in: change.record)) }
    }
}
