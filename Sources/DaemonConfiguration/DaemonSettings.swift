// A configuration that has been read and found right, as plain values.

import ChangeFeed

/// Everything the daemon is told.
package struct DaemonSettings: Sendable, Equatable {
    /// In the order of the file, or in that of their files; no name twice. One without a name where the file names none.
    package var accounts: [AccountSettings]
    package var store: StoreSettings
    /// Nil where the store is a file, which one daemon has alone.
    package var fleet: FleetSettings?
    /// Nil: no admin server.
    package var adminListen: AdminListen?
    /// Nil: nobody is asked for one. Never nil where other machines can reach `adminListen`.
    package var adminToken: Secret?
    /// Nil: hints are not listened for.
    package var hint: HintListen?
    package var log: LogSettings
}

/// What is polled of one account, and where its events go.
package struct AccountSettings: Sendable, Equatable {
    /// Nil: the one of a file that names no accounts.
    package var name: String?
    /// Where Insightly is and how fast it may be asked. Nil only where polling is not enabled and no API key is given.
    package var api: APISettings?
    package var polling: PollingSettings
    /// Where events go. Nil only where polling is not enabled and no callback or no signature key is given.
    package var notification: NotificationSettings?
}

extension AccountSettings {
    /// Of nobody: for what is about the store as a whole.
    package static let none = AccountSettings(
        name: nil, api: nil,
        polling: PollingSettings(
            enabled: false, start: .now, overlap: .zero, deletes: false, sweepInterval: .zero, resources: []),
        notification: nil)
}

extension DaemonSettings {
    /// Whether the file names accounts, however many.
    package var namesAccounts: Bool { !accounts.contains { $0.name == nil } }

    /// Whether anything is polled.
    package var isEnabled: Bool { accounts.contains(where: \.polling.enabled) }

    package func account(named name: String) -> AccountSettings? { accounts.first { $0.name == name } }
}

package struct APISettings: Sendable, Equatable {
    /// Ends in a slash: `https://api.na1.insightly.com/v3.1/`.
    package var baseURL: String
    package var apiKey: Secret
    /// Above 0.
    package var requestsPerSecond: Double
    /// 0…1 of the day's limit.
    package var quotaShare: Double
    /// Requests a day; nil: learned from the API.
    package var dailyLimit: Int?
}

extension APISettings {
    /// Without a pod in it, Insightly's host may know no instance.
    package static let addressWithoutPod = "https://api.insightly.com/v3.1/"

    /// What the address may have to do with an answer.
    package func advice(afterStatus status: Int) -> String? {
        guard status == 404 else { return nil }
        if baseURL.lowercased().hasPrefix("https://api.insightly.com/") {
            return
                "insightly.pod is not set, and without it the host may answer 404 to everything: write the pod of the API "
                + "URL that User Settings shows, such as \"na1\""
        }
        return baseURL.lowercased().hasSuffix("/v3.1/") ? nil : "insightly.base_url does not end in /v3.1/"
    }
}

package struct PollingSettings: Sendable, Equatable {
    /// False: nothing is polled.
    package var enabled: Bool
    package var start: PollStart
    /// How far a poll reads back behind its cursor.
    package var overlap: Duration
    package var deletes: Bool
    package var sweepInterval: Duration
    /// The longest time between two full readings of a list; nil: deletes are not looked for.
    package var sweeps: Duration? { deletes ? sweepInterval : nil }
    /// In the order of the file.
    package var resources: [ResourcePlan]
}

package struct NotificationSettings: Sendable, Equatable {
    /// Never empty; no name twice.
    package var endpoints: [EndpointSettings]
    /// For format `cloud-elements`.
    package var instance: ElementsInstance
}

/// Where events go: the endpoint of the documented keys, or one of a list.
package struct EndpointSettings: Sendable, Equatable {
    /// Of the one endpoint of the documented keys.
    package static let nameOfCallback = "default"

    package var name: String
    package var url: String
    /// In the order of the file; no name twice.
    package var headers: [CallbackHeader]
    package var basicCredentials: BasicCredentials?
    /// Never empty: the first signs new deliveries, all sign while rotating.
    package var signatureKeys: [SigningKey]
    package var format: NotificationFormat
    package var rules: EndpointRules
    /// Private networks that the receiver may be in.
    package var allowedNetworks: [IPNetwork]
    /// For one attempt, the answer's body included.
    package var timeout: Duration
    /// Requests in flight at once.
    package var concurrency: Int
    /// A cap on attempts; nil: none.
    package var requestsPerSecond: Double?
    package var retrySchedule: RetrySchedule
    package var certificates: EndpointCertificates
}

/// PEM texts; nil where none is given.
package struct EndpointCertificates: Sendable, Equatable {
    /// Trusted besides what the system trusts.
    package var authorities: [UInt8]?
    /// What the daemon shows of itself.
    package var clientCertificate: [UInt8]?
    package var clientKey: Secret?
}

/// A header of every POST. The value may be a token, and is kept like one.
package struct CallbackHeader: Sendable, Equatable {
    package var name: String
    package var value: Secret
}

package struct BasicCredentials: Sendable, Equatable {
    package var username: String
    package var password: Secret
}

package struct StoreSettings: Sendable, Equatable {
    /// Nil: `state.sqlite3` in `$STATE_DIRECTORY`, else in `/var/lib/insightly-webhooks`. Always nil with an address.
    package var path: String?
    /// Of a database of PostgreSQL, as libpq reads addresses; nil where the store is a file.
    package var url: Secret?
    /// How long delivered events are kept.
    package var retention: Duration
}

/// How daemons share a store.
package struct FleetSettings: Sendable, Equatable {
    /// How long an account is led without a sign of life.
    package var lease: Duration
}

/// Where a server listens.
package enum AdminListen: Sendable, Equatable {
    /// Port 0: any.
    case tcp(host: String, port: Int)
    case unix(path: String)
}

/// Where Insightly's own workflows say that a resource changed, and by what they are known.
package struct HintListen: Sendable, Equatable {
    package var listen: AdminListen
    /// What they send as Basic credentials; the password is not empty.
    package var username: String
    package var password: Secret
}

package struct LogSettings: Sendable, Equatable {
    package var level: LogLevel
    package var format: LogFormat

    package init(level: LogLevel, format: LogFormat) {
        self.level = level
        self.format = format
    }
}

/// The levels of swift-log, by their names there.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

package enum LogFormat: String, Sendable, CaseIterable {
    /// Text on a terminal, JSON otherwise.
    case auto
    case text, json
}
