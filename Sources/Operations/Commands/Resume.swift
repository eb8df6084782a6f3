// The receiver is well again, or whatever kept the API from being asked is mended.

import ChangeFeed
import EventStore

/// Asks the daemon to send to an endpoint again.
package struct ResumeEndpoint: Command {
    private let endpoint: String

    package init(_ endpoint: String) {
        self.endpoint = endpoint
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) {
        // Without any that is configured, nothing says which there are.
        if !scope.endpoints.isEmpty { try scope.requireConfigured(endpoint: endpoint) }
        let isKnown = try scope.visit { store throws(StoreProblem) in try store.requestResumption(of: endpoint) }
        guard isKnown else { throw .unusedEndpoint(endpoint) }
    }
}

/// Asks the daemon to try the API again, whatever pause it makes. The limits hold all the same.
package struct ResumeAPI: Command {
    package init() {}

    package func leave(in scope: OperationScope) throws(OperationProblem) {
        let isKnown = try scope.visit { store throws(StoreProblem) in
            try store.requestAPIResumption()
        }
        guard isKnown else { throw .neverUsed }
    }
}
