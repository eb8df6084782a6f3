// An endpoint of a life: its receiver, and what is known of what it was sent.

import ChangeFeed
import ChangeOracle

final class LifeEndpoint {
    /// Its place among the endpoints.
    let index: Int
    let scenario: EndpointScenario
    var receiver = VirtualReceiver()
    var judge: EndpointJudge
    /// Records of which an event was refused: what comes after it waits.
    var dislikedRecords: Set<String> = []
    /// Which event of the log each delivery was last sent for.
    var sequences: [Int64: Int] = [:]
    /// Nothing may be sent: the receiver wants no more, and the store was told.
    var isDisabled = false
    /// The same as the next process finds it.
    var isDisabledInStore = false

    init(_ scenario: EndpointScenario, at index: Int) {
        self.index = index
        self.scenario = scenario
        judge = EndpointJudge(scenario.terms)
    }

    var name: String { scenario.name }
}
