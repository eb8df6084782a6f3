// That a resource is looked at next, before its time.

import ChangeFeed
import EventStore

/// Asks the daemon to poll a resource next, or all of them. The limits hold all the same.
package struct PollNow: Command {
    package struct Answer: Sendable, Equatable, Encodable {
        /// By the names under which they are polled, in the order of the configuration.
        package var resources: [String]
    }

    private let resource: String?

    /// - Parameter resource: by any name of its object; nil: all.
    package init(_ resource: String? = nil) {
        self.resource = resource
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) -> Answer {
        let name = resource.map(ResourceName.init)
        let polled = scope.polling.resources.map(\.name).filter { name == nil || $0.canonical == name?.canonical }
        let answer = try scope.visit { store throws(StoreProblem) in
            try store.requestPoll(of: name)
        }
        if let resource, polled.isEmpty {
            if case .requested = answer { throw .unconfiguredResource(resource) }
            throw .unknownResource(resource)
        }
        // What was never polled comes first in any case.
        return Answer(resources: polled.map(\.text))
    }
}
