// What is on its way to an endpoint, and what came of it.

import ChangeFeed
import EventStore

/// Deliveries, the newest first.
package struct DeliveryList: Question {
    private let filter: ListFilter

    package init(_ filter: ListFilter) {
        self.filter = filter
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> [DeliveryReport] {
        if let endpoint = filter.endpoint, !scope.isConfigured(endpoint: endpoint),
            try !scope.visit({ store throws(StoreProblem) in try store.knows(endpoint: endpoint) })
        {
            throw .unknownEndpoint(endpoint)
        }
        var filter = filter
        if let event = filter.eventID { filter.eventID = try scope.id(ofEvent: event) }
        let deliveries = try scope.visit { [filter] store throws(StoreProblem) in try store.deliveries(filter) }
        if deliveries.isEmpty { try scope.requireKnown(types: filter.types) }
        return deliveries.map(DeliveryReport.init)
    }
}

/// One delivery with each attempt, and the event that is sent.
package struct DeliveryQuestion: Question {
    private let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package func answer(in scope: OperationScope) throws(OperationProblem) -> DeliveryReport {
        guard
            let shown = try scope.visit({ store throws(StoreProblem) in
                try store.delivery(number)
            })
        else { throw .unknownDelivery(number) }
        var report = DeliveryReport(shown.delivery)
        report.history = shown.attempts.map(DeliveryReport.Attempt.init)
        report.body = shown.body.isEmpty ? nil : String(decoding: shown.body, as: UTF8.self)
        return report
    }
}
