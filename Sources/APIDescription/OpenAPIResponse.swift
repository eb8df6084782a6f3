// Answers of an operation, their headers, and what an operation asks of its caller.

extension OpenAPIDocument {
    /// What one status, or a class of them, means; or one of the components by its name there.
    package struct Response: Sendable, Hashable {
        /// `200`, `2XX` or `default`. In the components it is not written.
        package var status: String
        package var description: String
        package var headers: [Named<Header>]
        package var content: [Content]
        private var reference: String?

        package init(
            _ status: String, _ description: String, headers: [Named<Header>] = [], content: [Content] = []
        ) {
            self.status = status
            self.description = description
            self.headers = headers
            self.content = content
        }

        /// The answer of the components that has this name.
        package static func reference(_ status: String, _ name: String) -> Response {
            var response = Response(status, "")
            response.reference = name
            return response
        }

        var json: JSONTree {
            if let reference { return .reference("responses", reference) }
            return .members([
                ("description", .string(description)),
                ("headers", headers.isEmpty ? nil : .named(headers.map { ($0.name, $0.value.json) })),
                ("content", content.isEmpty ? nil : content.json),
            ])
        }
    }

    /// A header of an answer, or one of the components by its name there.
    package enum Header: Sendable, Hashable {
        case header(JSONSchema, description: String?, isRequired: Bool)
        case reference(String)

        var json: JSONTree {
            switch self {
            case .header(let schema, let description, let isRequired):
                .members([
                    ("description", description.map(JSONTree.string)), ("required", isRequired ? true : nil),
                    ("schema", schema.json),
                ])
            case .reference(let name): .reference("headers", name)
            }
        }
    }

    /// A way to say who one is.
    package enum SecurityScheme: Sendable, Hashable {
        /// `Authorization: Bearer …`
        case bearer(description: String?)
        /// `Authorization: Basic …`
        case basic(description: String?)

        var json: JSONTree {
            let (scheme, description) =
                switch self {
                case .bearer(let description): ("bearer", description)
                case .basic(let description): ("basic", description)
                }
            return .members([
                ("type", "http"), ("scheme", .string(scheme)), ("description", description.map(JSONTree.string)),
            ])
        }
    }

    /// What has to be shown together; several of them in a list are alternatives.
    package struct SecurityRequirement: Sendable, Hashable {
        /// Names in `securitySchemes`; none: nothing has to be shown.
        package var schemes: [String]

        package init(_ schemes: String...) {
            self.schemes = schemes
        }

        var json: JSONTree { .named(schemes.map { ($0, .list([])) }) }
    }
}
