// An endpoint of a life: its receiver, and what is known of what it was sent.

import ChangeFeed
import ChangeOracle

final class LifeEndpoint {
    /// Its place among the endpoints.
    let index: Int
    let scenario: EndpointScenario
    /// Whose events it gets.
    let account: LifeAccount
    var receiver = VirtualReceiver()
    var judge: EndpointJudge
    /// Records of which an event was refused: what comes after it waits.
    var dislikedRecords: Set<String> = []
    /// Which receiver the last process was told of.
    private var target: Int
    /// Which event of the log each delivery was last sent for.
    var sequences: [Int64: Int] = [:]
    /// Nothing may be sent: the receiver wants no more, and the store was told.
    var isDisabled = false
    /// When its circuit opened.
    var circuitOpenings: [Instant] = []
    /// The same as the next process finds it.
    var isDisabledInStore = false

    init(_ scenario: EndpointScenario, at index: Int, of account: LifeAccount, countsNumbers: Bool) {
        self.index = index
        self.scenario = scenario
        self.account = account
        judge = EndpointJudge(scenario.terms, countsNumbers: countsNumbers)
        target = scenario.target
    }

    /// For people.
    var name: String { account.index == 0 ? scenario.name : "\(scenario.name) of \(account.name)" }

    /// A process begins.
    ///
    /// - Parameter configured: nil where it does not send to this endpoint.
    func begin(_ configured: EndpointScenario?) {
        isDisabled = isDisabledInStore
        if let configured { goOver(to: configured) }
    }

    func goOver(to configured: EndpointScenario) {
        judge.configure(configured.terms)
        // What was known of the health of another receiver tells nothing of this one.
        if configured.target != target { (isDisabled, isDisabledInStore) = (false, false) }
        target = configured.target
    }
}
