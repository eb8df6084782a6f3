// What the daemon is to run, as a value: the settings, less what makes no difference to it.

import ChangeFeed

/// Accounts that are polled, with the endpoints that get their events, and what the process as a whole goes by.
package struct Plan: Sendable, Equatable {
    package struct Account: Sendable, Equatable {
        /// What people and receivers call it; nil where the file names no accounts.
        package var title: String?
        package var api: APISettings
        package var polling: PollingSettings
        /// Who gets its events, in the order of the configuration; no name twice.
        package var endpoints: [Endpoint]
    }

    package struct Endpoint: Sendable, Equatable {
        package var settings: EndpointSettings
        /// For format `cloud-elements`.
        package var instance: ElementsInstance
    }

    /// Under which the store keeps the account of a file that names none.
    package static let nameOfAccount = "default"

    /// By name.
    package var accounts: [String: Account] = [:]
    /// Nil: no admin server.
    package var adminListen: AdminListen?
    /// What the admin server asks for; nil: nothing.
    package var adminToken: Secret?
    /// Nil: hints are not listened for.
    package var hint: HintListen?
    package var log = LogSettings(level: .info, format: .auto)
    /// How long delivered events are kept.
    package var retention: Duration = .zero

    /// What a daemon runs that has not begun.
    package static let nothing = Plan()

    private init() {}

    /// Where polling is not enabled, nobody is polled, sent to or answered.
    package init(_ settings: DaemonSettings) {
        log = settings.log
        retention = settings.store.retention
        for account in settings.accounts {
            guard account.polling.enabled, let api = account.api, let notification = account.notification else {
                continue
            }
            accounts[account.name ?? Self.nameOfAccount] = Account(
                title: account.name, api: api, polling: account.polling,
                endpoints: notification.endpoints.map { Endpoint(settings: $0, instance: notification.instance) })
        }
        guard !accounts.isEmpty else { return }
        (adminListen, adminToken, hint) = (settings.adminListen, settings.adminToken, settings.hint)
    }
}

extension Plan {
    /// The same, with accounts that run as they did: what is wrong with their files now stops them as little as a file that
    /// is wrong as a whole stops all.
    package func keeping(_ names: Set<String>, of former: Plan) -> Plan {
        var plan = self
        guard former.accounts.values.contains(where: { $0.title != nil }) else { return self }
        for name in names where plan.accounts[name] == nil { plan.accounts[name] = former.accounts[name] }
        return plan
    }
}

extension Plan {
    /// Names of accounts that are only in one of the two, or are others there; in order.
    package func accountsThatDiffer(from other: Plan) -> [String] {
        Set(accounts.keys).union(other.accounts.keys).filter { accounts[$0] != other.accounts[$0] }.sorted()
    }
}

extension Plan.Account {
    package func endpoint(named name: String) -> Plan.Endpoint? { endpoints.first { $0.settings.name == name } }

    /// Whether it is polled in the same way as another, whoever gets the events.
    package func isPolled(as other: Plan.Account) -> Bool { (api, polling) == (other.api, other.polling) }

    /// How the account is polled.
    ///
    /// - Parameter api: the fingerprint of address and key.
    package func polled(api: Fingerprint) -> AccountPlan {
        AccountPlan(
            resources: polling.resources, start: polling.start, overlap: polling.overlap,
            sweepInterval: polling.sweeps, budget: budget, api: api)
    }

    /// How fast, and how much, the API may be asked.
    package var budget: RequestBudget.Terms { api.budget }
}

extension APISettings {
    package var budget: RequestBudget.Terms {
        RequestBudget.Terms(
            requestsPerSecond: requestsPerSecond, quotaShare: quotaShare, dailyLimit: dailyLimit)
    }

    /// Whether it is another API, or another key to it, than that of other settings.
    package func isAnother(than other: APISettings) -> Bool { (baseURL, apiKey) != (other.baseURL, other.apiKey) }
}

extension EndpointSettings {
    /// Whether requests of these settings need a sender of their own.
    package func needsAnotherSender(than other: EndpointSettings) -> Bool {
        url != other.url || allowedNetworks != other.allowedNetworks || timeout != other.timeout
            || certificates != other.certificates
    }
}
