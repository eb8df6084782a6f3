// The bodies of the three formats.

import APIDescription
import ChangeFeed

enum BodySchemas {
    static func body(_ format: NotificationFormat, _ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        switch format {
        case .standard: standard(subject, kind)
        case .cloudEvents: cloudEvent(subject, kind)
        case .cloudElements: elements(subject, kind)
        }
    }

    private static func standard(_ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        .object([
            .required("id", .reference(ComponentName.eventID)),
            .required("type", .constant(.string(subject.type(kind)))),
            .required("timestamp", .reference(ComponentName.moment)),
            .required("data", .reference(ComponentName.data(subject, kind))),
        ])
    }

    private static func cloudEvent(_ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        .object([
            .required("specversion", .constant("1.0")),
            .required("id", .reference(ComponentName.eventID)),
            .required(
                "source",
                .string(pattern: "^urn:insightly-webhooks:.").described("Names the account of Insightly.")),
            .required("type", .constant(.string(subject.type(kind)))),
            .required(
                "subject", JSONSchema.string(minLength: 1).described("`\(subject.resource.text)/` and the record's id.")
            ),
            .required("time", .reference(ComponentName.moment)),
            .required(
                "sequence",
                .string(pattern: "^[0-9]{20}$").described("`data.sequence` as a text that sorts as the numbers do.")),
            .required("datacontenttype", .constant("application/json")),
            .required("data", .reference(ComponentName.data(subject, kind))),
        ])
    }

    private static func elements(_ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        let name = subject.resource.text
        let events = JSONSchema.list(of: .reference(ComponentName.element(subject, kind)), minItems: 1, maxItems: 1)
        var raw: [JSONSchema.Property] = [
            .required("objectType", .constant(.string(name))),
            .required(
                name, .list(of: .reference(ComponentName.record(subject)), minItems: 1, maxItems: 1)),
        ]
        // Under this name stands the record, where the resource has it.
        if name != "events" { raw.append(.required("events", events)) }
        raw.append(.required("instance_id", .integer()))
        return .object([
            .required(
                "message",
                .object([
                    .required("eventId", .reference(ComponentName.eventID)),
                    .required("elementKey", .constant("insightly")),
                    .required("accountId", .constant(0)), .required("companyId", .constant(0)),
                    .required("userId", .constant(0)), .required("instanceId", .integer()),
                    .required("instanceName", .string()), .required("events", events),
                    .required("raw", .object(raw)),
                ]))
        ])
    }

    /// An element of `events` in the format `cloud-elements`.
    static func element(_ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        .object([
            .required("objectType", .constant(.string(subject.resource.text))),
            .required("objectId", .reference(ComponentName.recordID)),
            .required("eventType", .constant(.string(kind.rawValue.uppercased()))),
            .required("date", .reference(ComponentName.moment)),
            .required("pollDate", .reference(ComponentName.moment)),
            .required("elementKey", .constant("insightly")), .required("hubKey", .constant("crm")),
            .required("sequence", .reference(ComponentName.sequence)),
            .required("changes", PartSchemas.changes(kind)),
        ])
    }
}
