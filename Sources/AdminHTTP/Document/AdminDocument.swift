// What the admin server answers, as an OpenAPI document made of its routes.

import APIDescription

/// The document of `/v1/openapi.json`.
struct AdminDocument: Sendable {
    private static let token = "token"

    let routes: [AdminRoute]
    let version: String

    var openAPI: OpenAPIDocument {
        var document = OpenAPIDocument(
            title: "Admin server of insightly-webhooks", version: version,
            description: """
                How the daemon fares, the log of events for receivers that catch up, and commands. A token has to be shown \
                where `admin.token` is set. A problem is answered as RFC 9457 has it.
                """)
        document.security = [.init(), .init(Self.token)]
        var paths: [OpenAPIDocument.PathItem] = []
        for route in routes {
            if let index = paths.firstIndex(where: { $0.name == route.path }) {
                paths[index].operations.append(operation(route))
            } else {
                paths.append(.init(route.path, [operation(route)]))
            }
        }
        document.paths = paths
        document.components.schemas = StatusSchema.components + AnswerSchemas.components
        document.components.securitySchemes = [.init(Self.token, .bearer(description: "The token of `admin.token`."))]
        return document
    }

    private func operation(_ route: AdminRoute) -> OpenAPIDocument.Operation {
        let inPath = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        let told = route.described.told.map { told in
            OpenAPIDocument.Response(
                String(told.status), told.text, content: [.init(told.type, told.schema ?? .string())])
        }
        let problem = OpenAPIDocument.Response(
            "default", "Why it is not answered.",
            content: [
                .init("application/problem+json", .reference("Problem")), .init("text/plain", .string()),
            ])
        return OpenAPIDocument.Operation(
            route.method == .get ? .get : .post, id: Self.id(of: route), summary: route.summary,
            parameters: inPath.map { .path($0, .string(minLength: 1)) }
                + route.wholeQuery.map { .query($0.name, $0.schema, $0.text) },
            requestBody: route.described.body.map { .init([.json($0)]) }, responses: told + [problem],
            security: route.access == .anybody ? [.init()] : nil)
    }

    /// `getEvents`, `getEventsEvent`, `postReplay`
    private static func id(of route: AdminRoute) -> String {
        let words = route.path.split(whereSeparator: { "/{}-.".contains($0) }).filter { $0 != "v1" }
        return route.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension AdminRoute {
    /// The routes, and one that describes them all.
    static func describing(_ routes: [AdminRoute], version: String) -> [AdminRoute] {
        // What is said of it does not depend on what it answers.
        let document = AdminDocument(routes: routes + [ofDocument("")], version: version).openAPI.text
        return routes + [ofDocument(document)]
    }

    private static func ofDocument(_ text: String) -> AdminRoute {
        AdminRoute(
            method: .get, path: "/v1/openapi.json", access: .anybody, summary: "This document.",
            described: Description(told: [.init(text: "OpenAPI 3.1.", schema: .object([]))]), isOfAccount: false
        ) { _, _ in .json(text) }
    }
}
