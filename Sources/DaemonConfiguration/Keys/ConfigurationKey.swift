// Every key a configuration may have, in one list: readers, unknown-key checks, examples and the schema are held to it.

/// A dotted key of the configuration file.
package enum ConfigurationKey: String, CaseIterable, Sendable {
    case notificationEnabled = "event.notification.enabled"
    case vendorType = "event.vendor.type"
    case refreshInterval = "event.poller.refresh_interval"
    case callbackURL = "event.notification.callback.url"
    case callbackHeaders = "event.notification.callback.headers"
    case basicUsername = "event.notification.basic.username"
    case basicPassword = "event.notification.basic.password"
    case signatureKey = "event.notification.signature.key"
    case pollerConfiguration = "event.poller.configuration"

    case pod = "insightly.pod"
    case baseURL = "insightly.base_url"
    case apiKey = "insightly.api_key"
    case requestsPerSecond = "insightly.requests_per_second"
    case quotaShare = "insightly.quota_share"
    case dailyLimit = "insightly.daily_limit"
    case pollerStart = "event.poller.start"
    case pollerOverlap = "event.poller.overlap"
    case pollerDeletes = "event.poller.deletes"
    case sweepInterval = "event.poller.sweep_interval"
    case notificationFormat = "event.notification.format"
    case notificationTimeout = "event.notification.timeout"
    case notificationConcurrency = "event.notification.concurrency"
    case notificationRate = "event.notification.requests_per_second"
    case retrySchedule = "event.notification.retry.schedule"
    case allowedNetworks = "event.notification.allowed_networks"
    case notificationOrder = "event.notification.order"
    case notificationCoalesce = "event.notification.coalesce"
    case notificationCAFile = "event.notification.tls.ca_file"
    case notificationClientCertificate = "event.notification.tls.client_certificate"
    case notificationClientKey = "event.notification.tls.client_key"
    case endpoints = "event.notification.endpoints"
    case accounts
    case accountsDirectory = "accounts.directory"
    case storePath = "store.path"
    case storeURL = "store.url"
    case storeRetention = "store.retention"
    case fleetLease = "fleet.lease"
    case adminListen = "admin.listen"
    case adminToken = "admin.token"
    case hintListen = "hint.listen"
    case hintUsername = "hint.username"
    case hintPassword = "hint.password"
    case logLevel = "log.level"
    case logFormat = "log.format"

    case pollerURLs = "event.poller.urls"

    case schema = "$schema"
    case notificationType = "event.notification.type"
    case subscriptionID = "event.notification.subscription.id"
    case instanceFinder = "event.notification.instance.finder"
    case helperKey = "event.helper.key"
    case eventMetadata = "event.metadata"
    case eventObjects = "event.objects"
    case rawEnabled = "event.raw.enabled"
    case failurePolicy = "notification.webhook.failure.policy"

    package enum Standing: Sendable {
        /// Of the vendor's integration platform, with its meaning there.
        case documented
        /// Of this daemon.
        case ours
        /// Of the platform's past; converted, with a warning.
        case legacy
        /// Of the platform, without a meaning here; accepted, with a warning where it is set.
        case ignored
    }

    package var standing: Standing {
        switch self {
        case .notificationEnabled, .vendorType, .refreshInterval, .callbackURL, .callbackHeaders, .basicUsername,
            .basicPassword, .signatureKey, .pollerConfiguration:
            .documented
        case .pollerURLs: .legacy
        case .schema, .notificationType, .subscriptionID, .instanceFinder, .helperKey, .eventMetadata, .eventObjects,
            .rawEnabled, .failurePolicy:
            .ignored
        default: .ours
        }
    }

    /// The value, in JSON, that stands for the key left out; `null` where there is no such value.
    package var defaultJSON: String {
        switch self {
        case .notificationEnabled: "false"
        case .vendorType: #""polling""#
        case .refreshInterval: "15"
        case .callbackHeaders: "{}"
        case .pollerConfiguration: #"{"contacts": {}, "organisations": {}, "leads": {}, "opportunities": {}}"#
        case .requestsPerSecond: "5"
        case .quotaShare: "0.8"
        case .pollerStart: #""now""#
        case .pollerOverlap: #""5m""#
        case .pollerDeletes: "true"
        case .sweepInterval: #""24h""#
        case .notificationFormat: #""standard""#
        case .notificationTimeout: #""15s""#
        case .notificationConcurrency: "4"
        case .retrySchedule: #""standard""#
        case .allowedNetworks, .endpoints: "[]"
        case .notificationOrder: #""record""#
        case .notificationCoalesce: "false"
        case .storeRetention: #""30d""#
        case .fleetLease: #""15s""#
        case .adminListen: #""127.0.0.1:9464""#
        case .logLevel: #""info""#
        case .logFormat: #""auto""#
        default: "null"
        }
    }

    /// Whether an explicit null says something else than leaving the key out.
    var nullMeansNone: Bool { self == .adminListen }
}
