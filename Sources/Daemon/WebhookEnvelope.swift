// What goes around an event's bytes on every attempt: address, headers, a fresh timestamp and its signatures.

import ChangeFeed
import Foundation
import WebhookDelivery

/// Everything of an endpoint that its requests carry.
package struct WebhookEnvelope: Sendable {
    package var url: String
    /// The first signs for new receivers; all sign while keys are rotated.
    package var keys: [SigningKey]
    package var extraHeaders: [(name: String, value: String)]
    /// For HTTP Basic.
    package var credentials: (user: String, password: String)?
    package var version: String

    package init(
        url: String, keys: [SigningKey], extraHeaders: [(name: String, value: String)] = [],
        credentials: (user: String, password: String)? = nil, version: String
    ) {
        self.url = url
        self.keys = keys
        self.extraHeaders = extraHeaders
        self.credentials = credentials
        self.version = version
    }

    /// The request of one attempt: the stored bytes, signed with the time of this attempt.
    package func post(_ delivery: DueDelivery, at now: Instant) -> WebhookPost {
        let timestamp = now.secondsSince1970
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/json"),
            ("User-Agent", "insightly-webhooks/\(version)"),
            ("webhook-id", delivery.eventID),
            ("webhook-timestamp", String(timestamp)),
            (
                "webhook-signature",
                WebhookSignature.header(id: delivery.eventID, timestamp: timestamp, body: delivery.body, keys: keys)
            ),
            ("webhook-sequence", String(delivery.endpointSequence)),
        ]
        if let credentials {
            let token = Data("\(credentials.user):\(credentials.password)".utf8).base64EncodedString()
            headers.append(("Authorization", "Basic \(token)"))
        }
        return WebhookPost(url: url, headers: headers + extraHeaders, body: delivery.body)
    }
}
