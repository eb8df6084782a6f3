// What is held, because it concerns so many records at once: told, or learned silently.

import ChangeFeed
import EventStore

/// Asks the daemon to carry out what was decided about that which it holds of a resource at this moment.
package struct Decide: Command {
    package enum Answer: String, Sendable, Encodable {
        case requested
        /// Nothing is held that it is about.
        case nothingHeld = "nothing_held"
    }

    private let decision: HeldDecision
    private let resource: String

    /// - Parameter resource: as `status` names it.
    package init(_ decision: HeldDecision, of resource: String) {
        self.decision = decision
        self.resource = resource
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) -> Answer {
        let answer = try scope.visit { store throws(StoreProblem) in
            try store.request(decision, of: ResourceName(resource))
        }
        switch answer {
        case .requested: return .requested
        case .nothingHeld: return .nothingHeld
        case .unknownResource: throw .unknownResource(resource)
        }
    }
}
