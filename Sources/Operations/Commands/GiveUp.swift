// The end of trying, for one event or for all that waits for an endpoint.

import ChangeFeed
import EventStore

/// Asks the daemon to make a dead letter of a delivery.
package struct GiveUpDelivery: Command {
    package enum Answer: Sendable, Equatable {
        case requested
        /// There is nothing to give up any more.
        case settled(DeliveryState)
    }

    private let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) -> Answer {
        switch try scope.visit({ store throws(StoreProblem) in try store.requestGivingUp(of: number) }) {
        case .requested: return .requested
        case .settled(let state): return .settled(state)
        case .unknownDelivery: throw .unknownDelivery(number)
        case .waits(let first): throw .deliveryWaits(number, for: first)
        }
    }
}

/// Asks the daemon to discard all dead letters that an endpoint has at this moment, configured or not.
package struct DiscardDeadLetters: Command {
    package struct Answer: Sendable, Equatable {
        /// How many are dead now.
        package var letters = 0
        /// Whether those of a queue follow that is being given up.
        package var andWhatIsGivenUp = false
    }

    private let endpoint: String

    package init(of endpoint: String) {
        self.endpoint = endpoint
    }

    package func leave(in scope: OperationScope) throws(OperationProblem) -> Answer {
        switch try scope.visit({ store throws(StoreProblem) in try store.requestDiscarding(allTo: endpoint) }) {
        case .requested(let letters, let andWhatIsGivenUp):
            return Answer(letters: letters, andWhatIsGivenUp: andWhatIsGivenUp)
        case .nothingDead: return Answer()
        case .unknownEndpoint: throw .unknownEndpoint(endpoint)
        }
    }
}

/// Asks the daemon to make dead letters of all that waits for an endpoint at this moment, configured or not.
package struct GiveUpQueue: Command {
    private let endpoint: String

    package init(of endpoint: String) {
        self.endpoint = endpoint
    }

    /// - Returns: how many deliveries it is about.
    package func leave(in scope: OperationScope) throws(OperationProblem) -> Int {
        switch try scope.visit({ store throws(StoreProblem) in try store.requestGivingUp(allTo: endpoint) }) {
        case .requested(let deliveries): return deliveries
        case .nothingWaits: return 0
        case .unknownEndpoint: throw .unknownEndpoint(endpoint)
        }
    }
}
