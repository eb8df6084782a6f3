// Accounts and endpoints as the store knows them.

import ChangeFeed

/// An account of the store.
package struct StoredAccount: Sendable, Hashable {
    package let id: Int64
    /// Goes into every event id; fixed when the account was first seen, so that a new API key changes no id.
    package let identity: String
    /// What receivers are told that it is called; nil where the configuration names no accounts.
    package let title: String?

    package init(id: Int64, identity: String, title: String? = nil) {
        self.id = id
        self.identity = identity
        self.title = title
    }
}

/// An endpoint of the store.
package struct StoredEndpoint: Sendable, Equatable {
    package let id: Int64
    package let name: String
    package let rules: EndpointRules
    /// No attempt before then: the receiver asked for rest before the last restart.
    package let heldUntil: Instant?
    package let health: EndpointHealth
    /// Whether it is another receiver than the last time that stands behind the name.
    package let hasNewTarget: Bool

    package init(
        id: Int64, name: String, rules: EndpointRules, heldUntil: Instant?, health: EndpointHealth, hasNewTarget: Bool
    ) {
        self.id = id
        self.name = name
        self.rules = rules
        self.heldUntil = heldUntil
        self.health = health
        self.hasNewTarget = hasNewTarget
    }

    /// The same, for the machine of the endpoint.
    package var adoption: EndpointMachine.Adoption {
        .init(heldUntil: heldUntil, health: health, hasNewTarget: hasNewTarget)
    }
}

/// The depth of an endpoint's queue.
package struct QueueDepth: Sendable, Equatable {
    /// Not delivered yet, those that wait for an earlier one of their record included.
    package var open: Int
    package var dead: Int

    package init(open: Int, dead: Int) {
        self.open = open
        self.dead = dead
    }

    package static func += (sum: inout QueueDepth, depth: QueueDepth) {
        sum.open += depth.open
        sum.dead += depth.dead
    }
}

/// A resource within a transaction.
package struct KnownResource: Sendable {
    package let id: Int64
    package let plan: ResourcePlan
    /// What it is called in ids: stays when the configuration writes it another way.
    package let eventName: ResourceName

    package init(id: Int64, plan: ResourcePlan, eventName: ResourceName) {
        self.id = id
        self.plan = plan
        self.eventName = eventName
    }
}
