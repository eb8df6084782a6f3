// What an operator decides about what is held: asked for by a command.

import ChangeFeed

/// What is to become of what is held.
package enum HeldDecision: Sendable {
    /// The deletes are believed.
    case release
    /// The changes are told.
    case releaseChanges
    /// Nobody is to be told of what is held, of either kind.
    case dismiss
    case dismissDeletes
    case dismissChanges

    fileprivate var verb: OperatorRequest.Verb {
        switch self {
        case .release: .release
        case .releaseChanges: .releaseChanges
        case .dismiss, .dismissDeletes, .dismissChanges: .dismiss
        }
    }

    fileprivate var concernsDeletes: Bool {
        switch self {
        case .release, .dismiss, .dismissDeletes: true
        case .releaseChanges, .dismissChanges: false
        }
    }

    fileprivate var concernsChanges: Bool {
        switch self {
        case .releaseChanges, .dismiss, .dismissChanges: true
        case .release, .dismissDeletes: false
        }
    }

    package enum Answer: Sendable, Equatable {
        case requested, nothingHeld, unknownResource
    }
}

/// Asks the daemon to carry out what was decided about that which it holds of a resource at this moment.
package struct AskForDecision {
    private let decision: HeldDecision
    private let resource: ResourceName

    package init(_ decision: HeldDecision, of resource: ResourceName) {
        self.decision = decision
        self.resource = resource
    }

    package func run(in store: any StoreTransaction) throws -> HeldDecision.Answer {
        let rows = try store.resources()
        guard let row = rows.first(where: { $0.name.canonical == resource.canonical }) else { return .unknownResource }
        var held = try store.heldThings(of: row)
        if !decision.concernsDeletes { held.deletesHeldSince = nil }
        if !decision.concernsChanges { held.changesHeldThrough = nil }
        if held.isNothing { return .nothingHeld }
        try store.ask(decision.verb, resource: row.id, wish: .held(held))
        return .requested
    }
}

extension UnstampedReading {
    /// What is held of a resource now.
    package func heldThings(of row: ResourceRow) throws -> HeldThings {
        HeldThings(
            deletesHeldSince: row.deletesHeldSince, changesHeldThrough: try lastUnstamped(.held, of: row.id))
    }
}
