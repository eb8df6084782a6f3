// Who is sent events, and how those look: an endpoint of the configuration, or one that might be.

import ChangeFeed
import DaemonConfiguration

struct Recipient: Sendable, Equatable {
    /// Begins the names of what it is sent.
    let name: String
    let format: NotificationFormat
    let filter: EventFilter
    /// Names of what the configuration has sent besides; the values may be secrets.
    let headers: [String]
    let hasCredentials: Bool

    /// Any endpoint of this format.
    init(_ format: NotificationFormat) {
        name = format.rawValue
        self.format = format
        filter = .all
        headers = []
        hasCredentials = false
    }

    init(_ endpoint: EndpointSettings) {
        name = endpoint.name
        format = endpoint.format
        filter = endpoint.rules.filter
        headers = endpoint.headers.map(\.name)
        hasCredentials = endpoint.basicCredentials != nil
    }

    /// One for each that looks different to its receiver, whatever accounts it gets events of.
    static func distinct(_ endpoints: [EndpointSettings]) -> [Recipient] {
        endpoints.map(Recipient.init).reduce(into: []) { distinct, recipient in
            if !distinct.contains(recipient) { distinct.append(recipient) }
        }
    }

    func gets(_ subject: EventSubject, _ kind: ChangeKind) -> Bool {
        filter.mayAdmit(type: subject.type(kind), resource: subject.resource)
    }
}
