// What the document says of a route.

import APIDescription

extension AdminRoute {
    /// What may be sent and answered.
    struct Description: Sendable {
        struct Told: Sendable {
            var status = 200
            let text: String
            var type = "application/json"
            /// Nil: a text, for people.
            var schema: JSONSchema?
        }

        /// What is sent; nil: nothing.
        var body: JSONSchema?
        var told: [Told]

        static func answer(_ name: String, _ text: String) -> Description {
            Description(told: [Told(text: text, schema: .reference(name))])
        }

        static func text(_ text: String, _ others: Told...) -> Description {
            Description(told: [Told(text: text, type: "text/plain")] + others)
        }

        static func command(_ body: JSONSchema, _ name: String) -> Description {
            Description(
                body: body,
                told: [
                    Told(status: 202, text: "The daemon does it within moments.", schema: .reference(name)),
                    Told(text: "There was nothing to do.", schema: .reference(name)),
                ])
        }
    }
}
