// The bodies that receivers can be sent, all made from the one that is stored.

/// `event.notification.format`.
package enum NotificationFormat: String, Sendable, CaseIterable {
    case standard
    case cloudEvents = "cloudevents"
    case cloudElements = "cloud-elements"

    package var contentType: String { self == .cloudEvents ? "application/cloudevents+json" : "application/json" }
}

/// Makes the body of an endpoint's POSTs. It depends on nothing but the stored event and on what is configured, so that
/// every attempt sends the same bytes.
package struct BodyFormatter: Sendable, Equatable {
    package let format: NotificationFormat
    /// Names the account: the `source` of CloudEvents.
    package let accountIdentity: String
    /// What the vendor's platform would call the account, for `cloud-elements`.
    package let instance: ElementsInstance

    package init(format: NotificationFormat, accountIdentity: String, instance: ElementsInstance = ElementsInstance()) {
        self.format = format
        self.accountIdentity = accountIdentity
        self.instance = instance
    }

    /// - Parameter stored: a body of format `standard`. One that the store's file has lost is sent as it is.
    package func body(of stored: [UInt8]) -> [UInt8] {
        guard format != .standard, let message = EventMessage(body: stored) else { return stored }
        return format == .cloudEvents
            ? CloudEvent.body(of: message, accountIdentity: accountIdentity)
            : ElementsMessage.body(of: message, instance: instance)
    }
}
