// What has to be done to go from one plan to another.

import ChangeFeed
/// The steps, in the order in which they are to be taken: whoever gets events is there before they come, and goes after.
///
/// The first start is the difference from nothing.
package struct PlanDifference: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case log(LogSettings)
        case keepDelivered(for: Duration)
        case startEndpoint(Plan.Endpoint)
        case reconfigureEndpoint(Plan.Endpoint)
        case startAccount(String, Plan.Account)
        case reconfigureAccount(String, from: Plan.Account, to: Plan.Account)
        case stopAccount(String)
        /// What waits for it is kept.
        case stopEndpoint(String)
        /// Nil: there is none any more.
        case admin(AdminListen?, token: Secret?)
        /// Nil: hints are listened for no more.
        case hints(HintListen?)
    }

    package let steps: [Step]

    package init(from old: Plan, to new: Plan) {
        var steps: [Step] = []
        if old.log != new.log { steps.append(.log(new.log)) }
        if old.retention != new.retention { steps.append(.keepDelivered(for: new.retention)) }
        for endpoint in new.endpoints {
            switch old.endpoint(named: endpoint.settings.name) {
            case nil: steps.append(.startEndpoint(endpoint))
            case endpoint: break
            case _?: steps.append(.reconfigureEndpoint(endpoint))
            }
        }
        for (name, account) in new.accounts.sorted(by: { $0.key < $1.key }) {
            switch old.accounts[name] {
            case nil: steps.append(.startAccount(name, account))
            case account: break
            case let former?: steps.append(.reconfigureAccount(name, from: former, to: account))
            }
        }
        for name in old.accounts.keys.sorted() where new.accounts[name] == nil { steps.append(.stopAccount(name)) }
        for endpoint in old.endpoints where new.endpoint(named: endpoint.settings.name) == nil {
            steps.append(.stopEndpoint(endpoint.settings.name))
        }
        if (old.adminListen, old.adminToken) != (new.adminListen, new.adminToken) {
            steps.append(.admin(new.adminListen, token: new.adminToken))
        }
        if old.hint != new.hint { steps.append(.hints(new.hint)) }
        self.steps = steps
    }
}

extension PlanDifference.Step: CustomStringConvertible {
    /// In words, for the log of a reload.
    package var description: String {
        switch self {
        case .log(let log): "the log is written from level \(log.level.rawValue) on, as \(log.format.rawValue)"
        case .keepDelivered: "store.retention is another"
        case .startEndpoint(let endpoint): "endpoint \(endpoint.settings.name) is new"
        case .reconfigureEndpoint(let endpoint): "endpoint \(endpoint.settings.name) is configured differently"
        case .startAccount: "polling begins"
        case .reconfigureAccount(_, let old, let new): Self.words(from: old, to: new)
        case .stopAccount: "polling ends"
        case .stopEndpoint(let name): "endpoint \(name) is gone; what waits for it is kept"
        case .admin(nil, _): "the admin server ends"
        case .admin: "the admin server has another address or token"
        case .hints(nil): "hints are listened for no more"
        case .hints(let hint?): "hints are listened for at \(hint.listen)"
        }
    }

    private static func words(from old: Plan.Account, to new: Plan.Account) -> String {
        let (before, after) = (old.polling.resources, new.polling.resources)
        let added = after.filter { one in !before.contains { $0.name == one.name } }.map(\.name.text)
        let gone = before.filter { one in !after.contains { $0.name == one.name } }.map(\.name.text)
        let changed = after.filter { one in before.contains { $0.name == one.name && $0 != one } }.map(\.name.text)
        var parts: [String] = []
        if !added.isEmpty { parts.append("polled from now on: \(added.joined(separator: " "))") }
        if !gone.isEmpty { parts.append("polled no more: \(gone.joined(separator: " "))") }
        if !changed.isEmpty { parts.append("polled differently: \(changed.joined(separator: " "))") }
        if new.api.isAnother(than: old.api) { parts.append("the API or its key is another") }
        return parts.isEmpty ? "polling is configured differently" : parts.joined(separator: "; ")
    }
}
