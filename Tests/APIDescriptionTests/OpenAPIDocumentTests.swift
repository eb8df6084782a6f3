// OpenAPI documents: what each part is written as.

import APIDescription
import Testing

@Suite struct OpenAPIDocumentTests {
    @Test func everyPartHasItsPlaceAndItsOrder() throws {
        var document = OpenAPIDocument(title: "T", version: "1")
        document.security = [.init("token")]
        document.paths = [
            .init(
                "/v1/things/{id}",
                [
                    .init(
                        .get, id: "thing", summary: "One thing.",
                        parameters: [.path("id", .integer(minimum: 1)), .query("limit", .integer(), "How many.")],
                        responses: [
                            .init(
                                "200", "It.",
                                headers: [.init("Age", .header(.integer(), description: nil, isRequired: false))],
                                content: [.json(.reference("Thing"))]),
                            .reference("default", "Problem"),
                        ]),
                    .init(
                        .post, id: "change", summary: "Changes it.",
                        requestBody: .init([.json(.reference("Thing"), example: ["a": 1])]),
                        responses: [.init("204", "Done.")], security: []),
                ])
        ]
        document.components.schemas = [.init("Thing", .object([.required("a", .number)]))]
        document.components.responses = [.init("Problem", .init("", "What is wrong."))]
        document.components.securitySchemes = [.init("token", .bearer(description: nil))]
        let expected: JSONTree = [
            "openapi": "3.1.0", "info": ["title": "T", "version": "1"], "security": [["token": []]],
            "paths": [
                "/v1/things/{id}": [
                    "get": [
                        "operationId": "thing", "summary": "One thing.",
                        "parameters": [
                            [
                                "name": "id", "in": "path", "required": true,
                                "schema": ["type": "integer", "minimum": 1],
                            ],
                            [
                                "name": "limit", "in": "query", "description": "How many.",
                                "schema": ["type": "integer"],
                            ],
                        ],
                        "responses": [
                            "200": [
                                "description": "It.", "headers": ["Age": ["schema": ["type": "integer"]]],
                                "content": [
                                    "application/json": ["schema": ["$ref": "#/components/schemas/Thing"]]
                                ],
                            ],
                            "default": ["$ref": "#/components/responses/Problem"],
                        ],
                    ],
                    "post": [
                        "operationId": "change", "summary": "Changes it.",
                        "requestBody": [
                            "required": true,
                            "content": [
                                "application/json": [
                                    "schema": ["$ref": "#/components/schemas/Thing"], "example": ["a": 1],
                                ]
                            ],
                        ],
                        "responses": ["204": ["description": "Done."]], "security": [],
                    ],
                ]
            ],
            "components": [
                "schemas": [
                    "Thing": ["type": "object", "required": ["a"], "properties": ["a": ["type": "number"]]]
                ],
                "responses": ["Problem": ["description": "What is wrong."]],
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ],
        ]
        #expect(document.json.text == expected.text)
        #expect(document.text.hasSuffix("}\n"))
    }

    @Test func webhooksStandBesidePaths() {
        var document = OpenAPIDocument(title: "T", version: "1", description: "D")
        document.servers = ["http://127.0.0.1:9464"]
        document.webhooks = [
            .init("told", [.init(.post, id: "told", summary: "S.", responses: [.init("2XX", "Taken.")])])
        ]
        #expect(document.json["paths"] == nil)
        #expect(document.json["components"] == nil)
        #expect(document.json["info"]?["description"] == "D")
        #expect(document.json["servers"] == [["url": "http://127.0.0.1:9464"]])
        #expect(
            document.json["webhooks"]?["told"]?["post"]?["responses"] == ["2XX": ["description": "Taken."]])
    }
}
