// What receivers are sent, as an OpenAPI document.

import APIDescription
import ChangeFeed
import DaemonConfiguration

/// The webhooks of a daemon: of one that is configured, or of any.
package struct WebhookDocument: Sendable {
    private let subjects: [EventSubject]
    private let recipients: [Recipient]
    private let version: String

    /// Every built-in resource in every format.
    ///
    /// - Parameter version: of the program.
    package init(version: String) {
        subjects = EventSubject.builtIn
        recipients = NotificationFormat.allCases.map(Recipient.init)
        self.version = version
    }

    /// What the endpoints of this configuration are sent. Where it names none, it is every format.
    package init(_ settings: DaemonSettings, version: String) {
        var names: Set<ResourceName> = []
        subjects = settings.accounts.flatMap(\.polling.resources).filter { names.insert($0.name).inserted }
            .map(EventSubject.init)
        let endpoints = settings.accounts.flatMap { $0.notification?.endpoints ?? [] }
        recipients =
            endpoints.isEmpty
            ? NotificationFormat.allCases.map(Recipient.init) : Recipient.distinct(endpoints)
        self.version = version
    }

    package var openAPI: OpenAPIDocument {
        var document = OpenAPIDocument(
            title: "Webhooks of insightly-webhooks", version: version,
            description: """
                What the daemon POSTs to the URL of an endpoint, an event a request. A webhook's name is that of the \
                endpoint, or of the format where none is configured, and the event's type. Members that are not described \
                here may be added one day. `docs/webhooks.md` says the same in prose.
                """)
        document.webhooks = recipients.flatMap { recipient in
            sent(to: recipient).map { webhook(recipient, $0.subject, $0.kind) }
        }
        document.components.schemas = PartSchemas.shared + subjectSchemas
        document.components.responses = AnswerMeanings.components
        document.components.parameters = RequestHeaders.components(for: recipients.map(\.format))
        document.components.headers = AnswerMeanings.headers
        if recipients.contains(where: \.hasCredentials) {
            document.components.securitySchemes = [
                .init(Self.basic, .basic(description: "Of `event.notification.basic.username` or the endpoint's own."))
            ]
        }
        return document
    }

    private static let basic = "basic"

    private func sent(to recipient: Recipient) -> [(subject: EventSubject, kind: ChangeKind)] {
        subjects.flatMap { subject in
            ChangeKind.allCases.filter { recipient.gets(subject, $0) }.map { (subject, $0) }
        }
    }

    private func webhook(
        _ recipient: Recipient, _ subject: EventSubject, _ kind: ChangeKind
    ) -> OpenAPIDocument.PathItem {
        let name = "\(recipient.name)/\(subject.type(kind))"
        let body = JSONSchema.reference(ComponentName.body(recipient.format, subject, kind))
        return .init(
            name,
            [
                .init(
                    .post, id: name, summary: Self.summary(subject, kind),
                    parameters: RequestHeaders.parameters(of: recipient),
                    requestBody: .init([.init(recipient.format.contentType, body)]),
                    responses: AnswerMeanings.responses,
                    security: recipient.hasCredentials ? [.init(Self.basic)] : nil)
            ])
    }

    private static func summary(_ subject: EventSubject, _ kind: ChangeKind) -> String {
        switch kind {
        case .created: "A record of \(subject.resource) was created, or is there again."
        case .updated: "A record of \(subject.resource) has changed."
        case .deleted: "A record of \(subject.resource) was deleted."
        }
    }

    /// Of each resource its record, then what is said of it, then the bodies that it is said in; as far as anybody is
    /// sent them.
    private var subjectSchemas: [OpenAPIDocument.Named<JSONSchema>] {
        subjects.flatMap { subject -> [OpenAPIDocument.Named<JSONSchema>] in
            let kinds = ChangeKind.allCases.filter { kind in recipients.contains { $0.gets(subject, kind) } }
            guard !kinds.isEmpty else { return [] }
            let record = OpenAPIDocument.Named(ComponentName.record(subject), PartSchemas.record(subject))
            return [record] + kinds.flatMap { schemas(subject, $0) }
        }
    }

    private func schemas(_ subject: EventSubject, _ kind: ChangeKind) -> [OpenAPIDocument.Named<JSONSchema>] {
        let formats = NotificationFormat.allCases.filter { format in
            recipients.contains { $0.format == format && $0.gets(subject, kind) }
        }
        let data = OpenAPIDocument.Named(ComponentName.data(subject, kind), PartSchemas.data(subject, kind))
        let element = OpenAPIDocument.Named(ComponentName.element(subject, kind), BodySchemas.element(subject, kind))
        return (formats.contains { $0 != .cloudElements } ? [data] : [])
            + (formats.contains(.cloudElements) ? [element] : [])
            + formats.map {
                .init(ComponentName.body($0, subject, kind), BodySchemas.body($0, subject, kind))
            }
    }
}
