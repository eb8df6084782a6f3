// Every key that an endpoint of `event.notification.endpoints` may have.

/// A key of an endpoint's block, and the key of the whole file that stands for it.
package enum EndpointKey: String, CaseIterable, Sendable {
    case name
    case url
    case signatureKey = "signature.key"
    case format
    case headers
    case basicUsername = "basic.username"
    case basicPassword = "basic.password"
    case caFile = "tls.ca_file"
    case clientCertificate = "tls.client_certificate"
    case clientKey = "tls.client_key"
    case types, resources, accounts
    case fields = "where"
    case order, coalesce
    case allowedNetworks = "allowed_networks"
    case timeout, concurrency
    case requestsPerSecond = "requests_per_second"
    case retrySchedule = "retry.schedule"

    /// The same for the one endpoint of `event.notification.callback.url`; nil where that has none.
    var ofCallback: ConfigurationKey? {
        switch self {
        case .name, .types, .resources, .accounts, .fields: nil
        case .url: .callbackURL
        case .headers: .callbackHeaders
        case .signatureKey: .signatureKey
        case .basicUsername: .basicUsername
        case .basicPassword: .basicPassword
        case .caFile: .notificationCAFile
        case .clientCertificate: .notificationClientCertificate
        case .clientKey: .notificationClientKey
        case .format: .notificationFormat
        case .order: .notificationOrder
        case .coalesce: .notificationCoalesce
        case .allowedNetworks: .allowedNetworks
        case .timeout: .notificationTimeout
        case .concurrency: .notificationConcurrency
        case .requestsPerSecond: .notificationRate
        case .retrySchedule: .retrySchedule
        }
    }

    /// Whether the key of the file holds for every endpoint that does not say otherwise. What lets somebody in does not: a
    /// receiver must not be shown the credentials for another.
    var isInherited: Bool {
        switch self {
        case .signatureKey, .format, .order, .coalesce, .allowedNetworks, .timeout, .concurrency, .requestsPerSecond,
            .retrySchedule:
            true
        case .name, .url, .headers, .basicUsername, .basicPassword, .caFile, .clientCertificate, .clientKey, .types,
            .resources, .accounts, .fields:
            false
        }
    }
}
