// From what the configuration says of an endpoint to what delivering needs.

import ChangeFeed
import DaemonConfiguration

extension NotificationSettings {
    var terms: DeliveryService.Terms {
        .init(
            concurrency: concurrency, requestsPerSecond: requestsPerSecond,
            policy: DeliveryPolicy(schedule: retrySchedule))
    }
}

extension WebhookEnvelope {
    init(_ settings: NotificationSettings, version: String) {
        self.init(
            url: settings.callbackURL, keys: settings.signatureKeys,
            extraHeaders: settings.headers.map { ($0.name, $0.value.revealedText) },
            credentials: settings.basicCredentials.map { ($0.username, $0.password.revealedText) }, version: version)
    }
}
