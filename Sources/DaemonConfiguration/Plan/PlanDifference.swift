// What has to be done to go from one plan to another.

import ChangeFeed

/// The steps, in the order in which they are to be taken: whoever gets events is there before they come, and goes after.
///
/// The first start is the difference from nothing.
package struct PlanDifference: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case log(LogSettings)
        case keepDelivered(for: Duration)
        /// With its endpoints.
        case startAccount(String, Plan.Account)
        case startEndpoint(Plan.Endpoint, ofAccount: String)
        case reconfigureEndpoint(Plan.Endpoint, ofAccount: String)
        case reconfigureAccount(String, from: Plan.Account, to: Plan.Account)
        /// What waits for it is kept.
        case stopEndpoint(String, ofAccount: String)
        /// With its endpoints; what waits for them is kept.
        case stopAccount(String)
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
        for name in old.accounts.keys.sorted() where new.accounts[name] == nil { steps.append(.stopAccount(name)) }
        for (name, account) in new.accounts.sorted(by: { $0.key < $1.key }) {
            if let former = old.accounts[name] {
                steps += Self.steps(from: former, to: account, named: name)
            } else {
                steps.append(.startAccount(name, account))
            }
        }
        if (old.adminListen, old.adminToken) != (new.adminListen, new.adminToken) {
            steps.append(.admin(new.adminListen, token: new.adminToken))
        }
        if old.hint != new.hint { steps.append(.hints(new.hint)) }
        self.steps = steps
    }

    private static func steps(from old: Plan.Account, to new: Plan.Account, named name: String) -> [Step] {
        let begun = new.endpoints.compactMap { endpoint -> Step? in
            switch old.endpoint(named: endpoint.settings.name) {
            case nil: .startEndpoint(endpoint, ofAccount: name)
            case endpoint: nil
            case _?: .reconfigureEndpoint(endpoint, ofAccount: name)
            }
        }
        let ended = old.endpoints.map(\.settings.name).filter { new.endpoint(named: $0) == nil }
        return begun
            + (old.isPolled(as: new) ? [] : [.reconfigureAccount(name, from: old, to: new)])
            + ended.map { .stopEndpoint($0, ofAccount: name) }
    }
}

extension PlanDifference.Step: CustomStringConvertible {
    /// In words, for the log of a reload.
    package var description: String {
        guard let name = account, name != Plan.nameOfAccount else { return words }
        return "account \(name): \(words)"
    }

    private var account: String? {
        switch self {
        case .startAccount(let name, _), .stopAccount(let name), .reconfigureAccount(let name, _, _),
            .startEndpoint(_, let name), .reconfigureEndpoint(_, let name), .stopEndpoint(_, let name):
            name
        case .log, .keepDelivered, .admin, .hints: nil
        }
    }

    private var words: String {
        switch self {
        case .log(let log): "the log is written from level \(log.level.rawValue) on, as \(log.format.rawValue)"
        case .keepDelivered: "store.retention is another"
        case .startEndpoint(let endpoint, _): "endpoint \(endpoint.settings.name) is new"
        case .reconfigureEndpoint(let endpoint, _): "endpoint \(endpoint.settings.name) is configured differently"
        case .startAccount(_, let account):
            "polling begins; events go to \(account.endpoints.map(\.settings.name).joined(separator: ", "))"
        case .reconfigureAccount(_, let old, let new): Self.words(from: old, to: new)
        case .stopAccount: "polling ends; what waits for its endpoints is kept"
        case .stopEndpoint(let name, _): "endpoint \(name) is gone; what waits for it is kept"
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
