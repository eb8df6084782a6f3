// What bodies are made of, whatever their format: ids, times, changes, records, and `data`.

import APIDescription
import ChangeFeed

enum PartSchemas {
    /// What the schemas of all resources refer to.
    static let shared: [OpenAPIDocument.Named<JSONSchema>] = [
        .init(
            ComponentName.eventID,
            .string(pattern: "^evt_[a-z2-7]{32}$").described(
                "The event's id, the same on every attempt and in every format.")),
        .init(
            ComponentName.recordID,
            .string(minLength: 1).described("The record's id, always a string: a number may be too large for a double.")
        ),
        .init(
            ComponentName.sequence,
            .integer(minimum: 1).described(
                """
                The event's number in the daemon's log, which leaves none out. An endpoint with filters, or that \
                coalesces, sees some of them only.
                """)),
        .init(
            ComponentName.moment,
            .string(format: "date-time", pattern: moment("")).described(
                """
                When the record changed, by Insightly; for a deleted one when that was found.
                """)),
        .init(
            ComponentName.momentOfDetection,
            .string(format: "date-time", pattern: moment("\\.[0-9]{3}")).described(
                "When the daemon saw the change.")),
        .init(ComponentName.change, change),
        .init(
            ComponentName.changes,
            JSONSchema.list(of: .reference(ComponentName.change)).orNull.described(
                "What differs from the record as it was last announced; null where the earlier state is not known.")),
    ]

    private static func moment(_ fraction: String) -> String {
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\(fraction)Z$"
    }

    private static let change = JSONSchema.object(
        [
            .required(
                "path",
                .string(pattern: "^(/([^~/]|~[01])*)+$").described(
                    "A JSON Pointer. Members of \(collectionNames) are addressed by their own key, not by position.")),
            .optional("from", JSONSchema.anything.described("As it was; left out where it was added.")),
            .optional("to", JSONSchema.anything.described("As it is; left out where it was removed.")),
        ])

    private static let collectionNames: String = {
        let names = KeyedCollection.all.map(\.field)
        return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    }()

    /// Whatever Insightly returned. Certain are the id and the dates; the collections are as the API documents them,
    /// and what is none is left as it came.
    static func record(_ subject: EventSubject) -> JSONSchema {
        let id = property(at: subject.idField, isRequired: true) {
            subject.object == nil ? .anyOf([.integer(), .string()]) : .integer()
        }
        let dates = subject.dateFields.filter { $0.members.first != subject.idField.members.first }.map { path in
            property(at: path, isRequired: false) { subject.object == nil ? .anything : JSONSchema.string().orNull }
        }
        let collections = KeyedCollection.all.map { collection in
            JSONSchema.Property.optional(
                collection.field,
                JSONSchema.anything.described("Where it is a list, its members are told apart by \(collection.key)."))
        }
        let url = subject.object.map { " of \($0.path)" } ?? ""
        return JSONSchema.object([id] + dates + (subject.object == nil ? [] : collections)).described(
            "A record\(url), byte for byte as Insightly returned it. Members may come and go.")
    }

    private static func property(
        at path: FieldPath, isRequired: Bool, _ schema: () -> JSONSchema
    ) -> JSONSchema.Property {
        let inner = path.members.dropFirst().reversed().reduce(schema()) { inner, name in
            .object([.init(name: name, schema: inner, isRequired: isRequired)])
        }
        return .init(name: path.members[0], schema: inner, isRequired: isRequired)
    }

    /// `data` of the formats `standard` and `cloudevents`.
    static func data(_ subject: EventSubject, _ kind: ChangeKind) -> JSONSchema {
        var properties: [JSONSchema.Property] = [
            .required("sequence", .reference(ComponentName.sequence)),
            .required("resource", .constant(.string(subject.resource.text))),
            .required("id", .reference(ComponentName.recordID)),
            .required("detected_at", .reference(ComponentName.momentOfDetection)),
            .required("record", .reference(ComponentName.record(subject))),
            .required("changes", changes(kind)),
            .optional(
                "account",
                JSONSchema.string().described(
                    "What the configuration calls the account; only where it names accounts.")),
        ]
        if kind == .created {
            properties.append(
                .optional(
                    "restored",
                    JSONSchema.constant(true).described("The record had been deleted; left out otherwise.")))
        }
        let schema = JSONSchema.object(properties)
        return kind == .deleted ? schema.described("`record` is the record as it was last seen.") : schema
    }

    static func changes(_ kind: ChangeKind) -> JSONSchema {
        kind == .updated ? .reference(ComponentName.changes) : .null
    }
}
