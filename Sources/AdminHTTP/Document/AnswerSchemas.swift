// The log, deliveries, and what commands are sent and answered, described.

import APIDescription
import ChangeFeed

enum AnswerSchemas {
    static let components: [OpenAPIDocument.Named<JSONSchema>] = [
        .init("Events", events), .init("Event", event), .init("Deliveries", deliveries), .init("Delivery", delivery),
        .init("Attempt", attempt), .init("Problem", problem), .init("Requested", .exactly([requested])),
        .init("ReplayRequested", replayRequested), .init("GiveUpRequested", giveUpRequested),
        .init("PollRequested", .exactly([.required("resources", .list(of: .string()))])), .init("Accounts", accounts),
    ]

    private static let accounts = JSONSchema.exactly([
        .required(
            "accounts",
            .list(
                of: .exactly([
                    .required("account", .string()),
                    .required(
                        "reasons",
                        JSONSchema.list(of: .string()).described(
                            "Why its work does not get on, as /readyz says it; none where it does.")),
                ])))
    ])

    private static let event = JSONSchema.object([
        .required("id", .string()), .required("type", .string()), .required("timestamp", .time),
        .required("data", .object([.required("sequence", .integer(minimum: 1))])),
    ]).described("As format `standard` sends it; config/webhooks.openapi.json describes each type of event.")

    private static let events = JSONSchema.exactly([
        .required(
            "events",
            JSONSchema.list(of: .reference("Event")).described(
                "In the order of their numbers; those that are left out are in `missing` and `unreadable`.")),
        .required(
            "first_sequence",
            JSONSchema.integer(minimum: 1).orNull.described(
                "The oldest event that is still there: what was delivered is deleted after store.retention.")),
        .required("last_sequence", JSONSchema.count.described("Where it ends; 0 where nothing was detected yet.")),
        .required("has_more", JSONSchema.boolean.described("Whether to ask again, after `next_after`.")),
        .required("next_after", JSONSchema.count.described("Where to go on from.")),
        .required(
            "missing",
            JSONSchema.list(
                of: .exactly([.required("from", .integer(minimum: 1)), .required("to", .integer(minimum: 1))])
            ).described("Numbers up to `next_after` whose events were delivered, and deleted since.")),
        .required(
            "unreadable",
            JSONSchema.list(of: .integer(minimum: 1)).described(
                "Numbers of events whose bodies cannot be read, for the store was damaged.")),
    ])

    private static let listed: [JSONSchema.Property] = [
        .required("delivery", .integer(minimum: 1)), .required("endpoint", .string()), .required("event", .string()),
        .required("type", .string()), .required("resource", .string()), .required("record", .string()),
        .required("sequence", .integer(minimum: 1)),
        .optional("endpoint_sequence", JSONSchema.integer(minimum: 1).described("`webhook-sequence`.")),
        .required("state", .choice(DeliveryState.allCases.map(\.rawValue))), .required("is_replay", .boolean),
        .required("attempts", .count),
        .optional("last_result", JSONSchema.string().described("A status, or the class of the failure.")),
        .required("detected_at", .time), .optional("due_at", .time), .optional("settled_at", .time),
    ]

    private static let deliveries = JSONSchema.exactly([
        .required("deliveries", .list(of: .exactly(listed)))
    ])

    private static let delivery = JSONSchema.exactly(
        listed + [
            .required("history", .list(of: .reference("Attempt"))),
            .optional("body", JSONSchema.string().described("The event, as format `standard` sends it.")),
        ])

    private static let attempt = JSONSchema.exactly([
        .required("number", .integer(minimum: 1)), .required("started_at", .time), .required("milliseconds", .number),
        .required("phases", .object([], others: .number)), .optional("status", .integer()),
        .optional("failure", .string()), .optional("detail", .string()),
        .required("answer", JSONSchema.string().described("The start of what the receiver answered.")),
    ])

    private static let problem = JSONSchema.exactly([
        .required("status", .integer(minimum: 400)), .required("title", .string()),
        .required("detail", JSONSchema.string().described("What is wrong, and what would be right.")),
    ])

    private static let requested = JSONSchema.Property.required(
        "requested", JSONSchema.boolean.described("False where there was nothing to do."))

    private static let replayRequested = JSONSchema.exactly([
        .optional(
            "endpoints",
            JSONSchema.list(of: .exactly([.required("endpoint", .string()), .required("events", .count)])).described(
                "How many events each would get: counted in a dry run only.")),
        requested,
    ])

    private static let giveUpRequested = JSONSchema.exactly([.required("deliveries", .count), requested])
}

/// What commands are sent.
enum BodySchemas {
    private static let resource = JSONSchema.string(minLength: 1).described("As /v1/status has it.")

    static let replay = JSONSchema.exactly([
        .optional("ids", JSONSchema.list(of: .string()).described("Of these ids.")),
        .optional("sequence", JSONSchema.string().described("Numbers of the log, such as 42 or 40-50.")),
        .optional("from", JSONSchema.time.described("Detected then or later.")),
        .optional("until", JSONSchema.time.described("Detected before then.")),
        .optional("types", JSONSchema.list(of: .string()).described("Such as contact.* or *.deleted.")),
        .optional("endpoint", JSONSchema.string().described("To this one only.")),
        .optional("dead", JSONSchema.boolean.described("Dead letters only.")),
        .optional("all", JSONSchema.boolean.described("Every event of the log.")),
        .optional("rate", JSONSchema.number.described("Events a second, to each endpoint.").defaulting(to: 10)),
        .optional("dry_run", JSONSchema.boolean.described("Only says how many it would be.")),
    ])
    static let poll = JSONSchema.exactly([.optional("resource", resource)])
    static let resume = JSONSchema.exactly([.optional("endpoint", .string()), .optional("api", .boolean)])
    static let release = JSONSchema.exactly([
        .required("resource", resource),
        .optional("changes", JSONSchema.boolean.described("The changes that are held, and not the deletes.")),
    ])
    static let dismiss = JSONSchema.exactly([
        .required("resource", resource), .optional("changes", .boolean), .optional("deletes", .boolean),
    ])
    static let giveUp = JSONSchema.exactly([
        .optional("delivery", .integer(minimum: 1)),
        .optional("endpoint", JSONSchema.string().described("All that waits for it.")),
    ])
}
