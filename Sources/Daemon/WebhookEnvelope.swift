// What goes around an event's bytes on every attempt: address, headers, a fresh timestamp and its signatures.

import ChangeFeed
import Foundation
import WebhookDelivery

/// Everything of an endpoint that its requests carry.
package struct WebhookEnvelope: Sendable {
    package var url: String
    /// The first signs for new receivers; all sign while keys are rotated.
    package var keys: [SigningKey]
    package var extraHeaders: [(name: String, value: Secret)]
    /// For HTTP Basic.
    package var credentials: (user: String, password: Secret)?
    package var formatter: BodyFormatter
    /// What the configuration calls the account; nil where it names none.
    package var account: String?
    package var version: String

    package init(
        url: String, keys: [SigningKey], extraHeaders: [(name: String, value: Secret)] = [],
        credentials: (user: String, password: Secret)? = nil, formatter: BodyFormatter,
        account: String? = nil, version: String
    ) {
        self.url = url
        self.keys = keys
        self.extraHeaders = extraHeaders
        self.credentials = credentials
        self.formatter = formatter
        self.account = account
        self.version = version
    }

    /// The request of one attempt: the event's bytes, signed with the time of this attempt.
    package func post(_ delivery: DueDelivery, at now: Instant) -> WebhookPost {
        let timestamp = now.secondsSince1970
        let body = formatter.body(of: delivery.body)
        var headers: [(name: String, value: String)] = [
            ("Content-Type", formatter.format.contentType),
            ("User-Agent", "insightly-webhooks/\(version)"),
            (WebhookHeader.id.rawValue, delivery.eventID),
            (WebhookHeader.timestamp.rawValue, String(timestamp)),
            (
                WebhookHeader.signature.rawValue,
                WebhookSignature.header(id: delivery.eventID, timestamp: timestamp, body: body, keys: keys)
            ),
            (WebhookHeader.sequence.rawValue, String(delivery.endpointSequence)),
        ]
        if let account { headers.append((WebhookHeader.account.rawValue, account)) }
        if delivery.isReplay { headers.append((WebhookHeader.replay.rawValue, "true")) }
        if formatter.format == .cloudElements {
            headers.append((WebhookHeader.elementsID.rawValue, delivery.eventID))
            if let signature = WebhookSignature.elementsHeader(body: body, keys: keys) {
                headers.append((WebhookHeader.elementsSignature.rawValue, signature))
            }
        }
        if let credentials {
            let token = Data(Array("\(credentials.user):".utf8) + credentials.password.revealedBytes)
                .base64EncodedString()
            headers.append(("Authorization", "Basic \(token)"))
        }
        return WebhookPost(
            url: url, headers: headers + extraHeaders.map { ($0.name, $0.value.revealedText) }, body: body)
    }
}
