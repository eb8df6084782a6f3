// An OpenAPI 3.1 document as a value, and the text it is published as.

/// What an API offers (`paths`), or what it sends (`webhooks`). Everything is written in the order it stands in here.
package struct OpenAPIDocument: Sendable, Hashable {
    package var title: String
    package var version: String
    /// CommonMark, as all descriptions in the document.
    package var description: String?
    /// URLs, absolute or relative to where the document is.
    package var servers: [String] = []
    /// What each operation asks for that does not say otherwise: any one of these, by their names in `securitySchemes`.
    package var security: [SecurityRequirement] = []
    /// What can be called; `name` is the path, `/v1/deliveries/{id}`.
    package var paths: [PathItem] = []
    /// What is sent to others; `name` is any, and unlike the others.
    package var webhooks: [PathItem] = []
    package var components = Components()

    package init(title: String, version: String, description: String? = nil) {
        self.title = title
        self.version = version
        self.description = description
    }

    package var json: JSONTree {
        .members([
            ("openapi", "3.1.0"),
            (
                "info",
                .members([
                    ("title", .string(title)), ("version", .string(version)),
                    ("description", description.map(JSONTree.string)),
                ])
            ),
            ("servers", servers.isEmpty ? nil : .list(servers.map { ["url": .string($0)] })),
            ("security", security.isEmpty ? nil : .list(security.map(\.json))),
            ("paths", paths.isEmpty ? nil : .named(paths.map { ($0.name, $0.json) })),
            ("webhooks", webhooks.isEmpty ? nil : .named(webhooks.map { ($0.name, $0.json) })),
            ("components", components.json),
        ])
    }

    /// Pretty, and with a line end after the last line: the bytes of a file.
    package var text: String { json.text + "\n" }
}

extension OpenAPIDocument {
    /// A path or a webhook, with what can be done there.
    package struct PathItem: Sendable, Hashable {
        package var name: String
        package var operations: [Operation]

        package init(_ name: String, _ operations: [Operation]) {
            self.name = name
            self.operations = operations
        }

        var json: JSONTree { .named(operations.map { ($0.method.rawValue, $0.json) }) }
    }

    /// What the document's parts refer to by name, in the order they are given in.
    package struct Components: Sendable, Hashable {
        package var schemas: [Named<JSONSchema>] = []
        package var parameters: [Named<Parameter>] = []
        package var responses: [Named<Response>] = []
        package var headers: [Named<Header>] = []
        package var securitySchemes: [Named<SecurityScheme>] = []

        package init() {}

        /// Nil where there are none.
        var json: JSONTree? {
            let groups: [(String, [(String, JSONTree)])] = [
                ("schemas", schemas.map { ($0.name, $0.value.json) }),
                ("responses", responses.map { ($0.name, $0.value.json) }),
                ("parameters", parameters.map { ($0.name, $0.value.json) }),
                ("headers", headers.map { ($0.name, $0.value.json) }),
                ("securitySchemes", securitySchemes.map { ($0.name, $0.value.json) }),
            ]
            let filled = groups.filter { !$0.1.isEmpty }
            return filled.isEmpty ? nil : .named(filled.map { ($0.0, .named($0.1)) })
        }
    }

    /// A part of the components under its name: letters, digits, `.`, `-` and `_`.
    package struct Named<Value: Sendable & Hashable>: Sendable, Hashable {
        package var name: String
        package var value: Value

        package init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONTree {
    static func named(_ members: [(String, JSONTree)]) -> JSONTree {
        .object(members.map { Member($0.0, $0.1) })
    }
}
