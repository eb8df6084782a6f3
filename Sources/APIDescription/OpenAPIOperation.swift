// The parts of an operation: what is asked with, and what is answered.

extension OpenAPIDocument {
    /// One method of a path, or the request of a webhook.
    package struct Operation: Sendable, Hashable {
        package enum Method: String, Sendable, Hashable {
            case get, put, post, delete, patch, head
        }

        package var method: Method
        /// Unlike all others of the document: what programs that are made of it call the operation.
        package var id: String
        package var summary: String
        package var description: String?
        package var tags: [String] = []
        package var parameters: [Parameter] = []
        package var requestBody: RequestBody?
        package var responses: [Response]
        /// Nil: what the document asks for. Empty: nothing is asked for.
        package var security: [SecurityRequirement]?

        package init(
            _ method: Method, id: String, summary: String, description: String? = nil, tags: [String] = [],
            parameters: [Parameter] = [], requestBody: RequestBody? = nil, responses: [Response],
            security: [SecurityRequirement]? = nil
        ) {
            self.method = method
            self.id = id
            self.summary = summary
            self.description = description
            self.tags = tags
            self.parameters = parameters
            self.requestBody = requestBody
            self.responses = responses
            self.security = security
        }

        var json: JSONTree {
            .members([
                ("operationId", .string(id)), ("summary", .string(summary)),
                ("description", description.map(JSONTree.string)),
                ("tags", tags.isEmpty ? nil : .list(tags.map(JSONTree.string))),
                ("parameters", parameters.isEmpty ? nil : .list(parameters.map(\.json))),
                ("requestBody", requestBody?.json),
                ("responses", .named(responses.map { ($0.status, $0.json) })),
                ("security", security.map { .list($0.map(\.json)) }),
            ])
        }
    }

    /// A parameter of an operation, or one of the components by its name there.
    package enum Parameter: Sendable, Hashable {
        package enum Place: String, Sendable, Hashable {
            case path, query, header
        }

        /// One in the path is always required.
        case parameter(name: String, place: Place, schema: JSONSchema, isRequired: Bool, description: String?)
        case reference(String)

        package static func path(_ name: String, _ schema: JSONSchema, _ description: String? = nil) -> Parameter {
            .parameter(name: name, place: .path, schema: schema, isRequired: true, description: description)
        }

        package static func query(
            _ name: String, _ schema: JSONSchema, _ description: String? = nil, isRequired: Bool = false
        ) -> Parameter {
            .parameter(
                name: name, place: .query, schema: schema, isRequired: isRequired, description: description)
        }

        package static func header(
            _ name: String, _ schema: JSONSchema, _ description: String? = nil, isRequired: Bool = false
        ) -> Parameter {
            .parameter(
                name: name, place: .header, schema: schema, isRequired: isRequired, description: description)
        }

        var json: JSONTree {
            switch self {
            case .parameter(let name, let place, let schema, let isRequired, let description):
                .members([
                    ("name", .string(name)), ("in", .string(place.rawValue)),
                    ("description", description.map(JSONTree.string)), ("required", isRequired ? true : nil),
                    ("schema", schema.json),
                ])
            case .reference(let name): .reference("parameters", name)
            }
        }
    }

    /// What is sent with a request; it is required.
    package struct RequestBody: Sendable, Hashable {
        package var description: String?
        package var content: [Content]

        package init(_ content: [Content], description: String? = nil) {
            self.content = content
            self.description = description
        }

        var json: JSONTree {
            .members([
                ("description", description.map(JSONTree.string)), ("required", true), ("content", content.json),
            ])
        }
    }

    /// A body of one media type.
    package struct Content: Sendable, Hashable {
        package var type: String
        package var schema: JSONSchema
        package var example: JSONTree?

        package init(_ type: String, _ schema: JSONSchema, example: JSONTree? = nil) {
            self.type = type
            self.schema = schema
            self.example = example
        }

        package static func json(_ schema: JSONSchema, example: JSONTree? = nil) -> Content {
            Content("application/json", schema, example: example)
        }
    }
}

extension [OpenAPIDocument.Content] {
    var json: JSONTree {
        .named(map { ($0.type, .members([("schema", $0.schema.json), ("example", $0.example)])) })
    }
}

extension JSONTree {
    static func reference(_ group: String, _ name: String) -> JSONTree {
        ["$ref": .string("#/components/\(group)/\(name)")]
    }
}
