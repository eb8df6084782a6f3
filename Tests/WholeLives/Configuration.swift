// What a process is told by its configuration, which may be another one each time.

import ChangeFeed
import ChangeOracle
import SimulatedWorld

/// The settings of one process, in the order of the life's accounts and endpoints.
struct Configuration: Sendable {
    var accounts: [AccountScenario]
    /// Nil where an endpoint is not configured for the time.
    var endpoints: [EndpointScenario?]

    init(_ scenario: Scenario) {
        accounts = scenario.accounts
        endpoints = scenario.endpoints
    }

    /// Something of it becomes different: resources and endpoints come and go, or are read and sent to in another way.
    mutating func change(_ scenario: Scenario, _ random: inout SeededGenerator) {
        switch random.within(0...3) {
        case 0: changeResources(scenario, &random)
        case 1: changeReading(&random)
        default: changeEndpoint(scenario, &random)
        }
    }

    private mutating func changeResources(_ scenario: Scenario, _ random: inout SeededGenerator) {
        let index = random.below(accounts.count)
        let all = scenario.accounts[index].polled
        accounts[index].polled = Array(random.shuffled(all).prefix(random.within(1...all.count)))
    }

    private mutating func changeReading(_ random: inout SeededGenerator) {
        let index = random.below(accounts.count)
        accounts[index].refreshMinutes = random.element(of: [1, 2, 4])
        accounts[index].ignoredFields = random.element(of: [
            [], [], ["OWNER_USER_ID"], ["LAST_ACTIVITY_DATE_UTC", "TITLE"], ["/CUSTOMFIELDS"], ["TAGS", "PHONE"],
        ])
        // Where the order changes with each request, one page has to hold it all.
        if accounts[index].pageSize < 500 { accounts[index].pageSize = random.element(of: [2, 7, 20]) }
    }

    private mutating func changeEndpoint(_ scenario: Scenario, _ random: inout SeededGenerator) {
        let index = random.below(endpoints.count)
        guard var endpoint = endpoints[index], random.chance(0.8) else {
            endpoints[index] = endpoints[index] == nil ? scenario.endpoints[index] : nil
            return
        }
        let (terms, schedule) = (endpoint.terms, endpoint.schedule)
        endpoint.redrawTerms(accounts, &random)
        // How events fold is for as long as a queue lasts.
        endpoint.terms.coalesces = terms.coalesces
        if terms.coalesces { endpoint.terms.order = .record }
        if random.chance(0.5) { (endpoint.schedule, endpoint.terms.attempts) = (schedule, terms.attempts) }
        if random.chance(0.3) { endpoint.target += 1 }
        endpoint.concurrency = random.element(of: [1, 2, 4, 16])
        endpoints[index] = endpoint
    }
}

extension Configuration: CustomStringConvertible {
    var description: String {
        let read = accounts.map { account in
            "\(account.name) \(account.polled.map(\.rawValue).joined(separator: " ")) every \(account.refreshMinutes) min"
                + (account.ignoredFields.isEmpty ? "" : " but for \(account.ignoredFields.joined(separator: " "))")
        }
        return (read + endpoints.map { $0?.description ?? "an endpoint less" }).joined(separator: "; ")
    }
}
