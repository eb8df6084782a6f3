// The headers by which daemon and receiver speak of an event, under the names that both know them by.

/// What the daemon says of an event on each POST; the names are matched in any case.
package enum WebhookHeader: String, Sendable, CaseIterable {
    /// The event's id, the same on every attempt.
    case id = "webhook-id"
    /// When the attempt is made, in seconds since 1970.
    case timestamp = "webhook-timestamp"
    case signature = "webhook-signature"
    /// The delivery's number among those of its endpoint.
    case sequence = "webhook-sequence"
    /// What the configuration calls the account, where it names accounts.
    case account = "webhook-account"
    /// `true` on what an operator sends again.
    case replay = "webhook-replay"
    /// The same id again, for receivers of the vendor's integration platform.
    case elementsID = "Elements-Webhook-Id"
    case elementsSignature = "Elements-Webhook-Signature"

    /// What a receiver may write on its answer: a `ReceiverDirective`.
    package static let directive = "webhook-delivery"
}
