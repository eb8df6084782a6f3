// How far the daemon has come.

import ChangeFeed
import EventStore

package struct StatusQuestion: Question {
    package init() {}

    package func answer(in scope: OperationScope) throws(OperationProblem) -> StatusReport {
        let status = try scope.visit { store throws(StoreProblem) in
            try store.status(endpoints: scope.endpoints.map(\.name))
        }
        let sharing = try scope.visit { store throws(StoreProblem) in try store.sharing() }
        return StatusReport(
            status, api: scope.api, polling: scope.polling, store: scope.store.place, hasDaemon: scope.hasDaemon,
            sharing: sharing, at: scope.now)
    }
}
