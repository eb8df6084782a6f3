// The headers of a POST, as parameters of its operation.

import APIDescription
import ChangeFeed

extension WebhookHeader {
    /// Whether each POST of this format carries it.
    func isAlways(in format: NotificationFormat) -> Bool {
        switch self {
        case .id, .timestamp, .signature, .sequence: true
        case .elementsID: format == .cloudElements
        case .account, .replay, .elementsSignature: false
        }
    }

    /// Whether a POST of this format can carry it.
    func isPossible(in format: NotificationFormat) -> Bool {
        switch self {
        case .elementsID, .elementsSignature: format == .cloudElements
        default: true
        }
    }

    private var schema: JSONSchema {
        switch self {
        case .id, .elementsID: .reference(ComponentName.eventID)
        case .timestamp: .string(pattern: "^[0-9]+$")
        case .signature: .string(pattern: "^v1a?,[A-Za-z0-9+/]+={0,2}( v1a?,[A-Za-z0-9+/]+={0,2})*$")
        case .sequence: .string(pattern: "^[1-9][0-9]*$")
        case .account: .string(pattern: "^[A-Za-z0-9_-]+$")
        case .replay: .constant("true")
        case .elementsSignature: .string(pattern: "^sha256=[A-Za-z0-9+/]{43}=$")
        }
    }

    private var meaning: String {
        switch self {
        case .id: "The event's id. It is the same on every attempt: what was taken under it is not to be taken again."
        case .timestamp:
            "When this attempt was made, in seconds since 1970. Refuse what is further than five minutes from now."
        case .signature:
            """
            Standard Webhooks: for each key `v1,` and HMAC-SHA256, or `v1a,` and an Ed25519 signature, in base64, over \
            `<webhook-id>.<webhook-timestamp>.<body>`, the bytes of the body as they arrive. One entry that holds is \
            enough: while keys are rotated, there is one for each.
            """
        case .sequence:
            "Counts what this endpoint is sent, without a gap. A retry keeps its number."
        case .account: "What the configuration calls the account; only where it names accounts."
        case .replay: "Only on what an operator has sent again."
        case .elementsID: "The event's id, as the vendor's integration platform names it."
        case .elementsSignature:
            "`sha256=` and the HMAC-SHA256 of the body's bytes in base64, by the first shared key; left out without one."
        }
    }

    fileprivate func parameter(isRequired: Bool) -> OpenAPIDocument.Parameter {
        .header(rawValue, schema, meaning, isRequired: isRequired)
    }
}

enum RequestHeaders {
    private static let userAgent = "User-Agent"

    /// Those that operations refer to. Whether one is required follows from its format, for no header of one format alone is
    /// always there in one and sometimes in another.
    static func components(for formats: [NotificationFormat]) -> [OpenAPIDocument.Named<OpenAPIDocument.Parameter>] {
        WebhookHeader.allCases.compactMap { header in
            guard let format = formats.first(where: header.isPossible) else { return nil }
            return .init(header.rawValue, header.parameter(isRequired: header.isAlways(in: format)))
        } + [
            .init(
                userAgent,
                .header(
                    userAgent, .string(pattern: "^insightly-webhooks/"), "The sender and its version.",
                    isRequired: true))
        ]
    }

    static func parameters(of recipient: Recipient) -> [OpenAPIDocument.Parameter] {
        WebhookHeader.allCases.filter { $0.isPossible(in: recipient.format) }.map { .reference($0.rawValue) }
            + [.reference(userAgent)]
            // OpenAPI has this one described by security schemes alone.
            + recipient.headers.filter { $0.lowercased() != "authorization" }.map {
                .header($0, .string(), "Of `event.notification.callback.headers`.", isRequired: true)
            }
    }
}
