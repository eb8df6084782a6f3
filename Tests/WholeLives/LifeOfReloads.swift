// Another configuration while the daemon of a life runs: what differs goes to the machines that it concerns.

import ChangeFeed
import EventStore
import VirtualTime

extension SimulatedLife {
    /// The file is read again. It says something else, or in the end what it said in the beginning.
    func reload() throws {
        guard let process, !process.isStopping else { return }
        let former = process.configuration
        reconfigure()
        process.configuration = configuration
        for (index, account) in configuration.accounts.enumerated() {
            let plan = try account.plan()
            guard plan != (try former.accounts[index].plan()) else { continue }
            process.polling[index].loop.post(.plan(plan), at: daemonNow)
        }
        for (index, endpoint) in configuration.endpoints.enumerated() {
            switch (former.endpoints[index], endpoint) {
            case (nil, .some(let added)): process.wanted[index] = added
            case (.some, nil): process.retire(index, at: daemonNow)
            case (.some(let before), .some(let after)) where before.differs(from: after):
                process.reconfigure(index, after, at: daemonNow)
            default: break
            }
        }
    }

    /// Begins to send to what was added, once what was sent to under the name has ended.
    func startWhatWasAdded() throws {
        guard let process, !process.isStopping else { return }
        for (index, added) in process.wanted.enumerated() {
            if process.delivery[index]?.isLeaving == true, process.delivery[index]?.loop.machine.isDone == true {
                process.delivery[index] = nil
            }
            guard let added, process.delivery[index] == nil, !diskIsFull() else { continue }
            try process.begin(index, added, at: daemonNow)
            process.wanted[index] = nil
            endpoints[index].begin(added)
        }
    }

    /// The store goes by what the machine of an endpoint is to go by.
    func adopt(
        _ plan: EndpointMachine.Plan, of endpoint: LifeEndpoint, at moment: Instant
    ) throws -> EndpointMachine.Adoption {
        guard let process, let coming = process.delivery[endpoint.index]?.coming[plan.revision] else {
            throw BrokenPromise(complaints: ["\(endpoint.name): nobody has configured revision \(plan.revision)"])
        }
        let stored = try process.stores[endpoint.account.index].endpoint(coming, at: moment)
        process.delivery[endpoint.index]?.endpoint = stored
        endpoint.goOver(to: coming)
        return stored.adoption
    }
}

extension StoreEngine {
    /// The endpoint of a life as it is configured now.
    func endpoint(_ scenario: EndpointScenario, at now: Instant) throws -> StoredEndpoint {
        try endpoint(
            named: scenario.name, rules: scenario.rules, target: scenario.machineTerms.target,
            longestWait: scenario.schedule.longestWait, at: now)
    }
}
