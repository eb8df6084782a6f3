// The status as JSON, described.

import APIDescription
import ChangeFeed
import Operations

enum StatusSchema {
    static let components: [OpenAPIDocument.Named<JSONSchema>] = [
        .init("Status", status), .init("Resource", resource), .init("Endpoint", endpoint), .init("Quota", quota),
        .init("Replay", replay), .init("Attention", attention), .init("Usage", usage),
    ]

    private static let status = JSONSchema.exactly([
        .optional(
            "daemon_runs",
            JSONSchema.boolean.described(
                "Whether a daemon has the store open, or leads the account where several share it.")),
        .optional(
            "leader",
            .exactly([.required("daemon", .string()), .required("epoch", .count), .required("since", .time)])
                .described("Of daemons that share the store, the one that works for the account.")),
        .optional(
            "daemons",
            JSONSchema.count.described("How many daemons run on a store that several may share, whatever they lead.")),
        .required("store", .string()), .required("resources", .list(of: .reference("Resource"))),
        .required("quota", .reference("Quota")),
        .optional(
            "clocks",
            .exactly([
                .required("server", .time), .required("own", .time), .required("server_ahead_seconds", .integer()),
                .required("disagree", .boolean),
            ]).described("What the clocks of both sides showed at the last answer of the API.")),
        .optional(
            "instance",
            .exactly([.required("awaited_since", .time), .optional("status", .integer())]).described(
                "Nothing is polled before the API has said which instance it is.")),
        .required(
            "rests",
            .list(
                of: .exactly([
                    .required("resource", .string()), .required("until", .time), .optional("status", .integer()),
                ])
            ).described("Resources that wait after a failure.")),
        .required(
            "queue",
            .exactly([
                .required("open", .count), .optional("oldest_open", .time), .required("dead_letters", .count),
                .required("last_sequence", .count),
            ]).described("Of all endpoints together.")),
        .required("endpoints", .list(of: .reference("Endpoint"))),
        .required("replays", JSONSchema.list(of: .reference("Replay")).described("Replays that are under way.")),
        .required(
            "attention",
            JSONSchema.list(of: .reference("Attention")).described("What waits for somebody, the most urgent first.")),
    ])

    private static let resource = JSONSchema.exactly([
        .required("resource", .string()), .optional("last_poll", .time), .optional("next_poll", .time),
        .required("cursor", JSONSchema.time.described("Changes up to here have been read, by the server's clock.")),
        .optional("lag_seconds", JSONSchema.count.described("Since the last complete poll began.")),
        .required("records_known", .count), .required("hidden", .count), .required("unlisted", .count),
        .required("deleted", .count), .required("baseline_complete", .boolean),
        .optional("baseline_read", JSONSchema.count.described("Records that a first run under way has read.")),
        .optional("last_sweep", .time),
        .required("sweep_under_way", .boolean),
        .optional("sweep_read", .count), .required("deletes_pending", .count),
        .optional("deletes_held_since", .time),
        .optional(
            "deletes_held",
            .exactly([
                .required("records", .count), .required("awaits", .choice(["sample", "operator"])),
                .required("reason", .string()),
            ])),
        .required("dismissed", .count), .required("changes_held", .count), .optional("changes_held_since", .time),
        .required("changes_held_in", .list(of: .string())), .required("changes_open", .count),
        .optional("changes_open_since", .time), .optional("interval_seconds", .number),
        .required("interval_is_auto", .boolean),
        .required("interval_is_stretched", .boolean), .optional("expected_delay_mean_seconds", .number),
        .optional("expected_delay_worst_seconds", .number), .optional("changes_per_day", .count),
    ])

    private static let endpoint = JSONSchema.exactly([
        .required("endpoint", .string()),
        .required(
            "state", .choice(["delivering", "held", "failing", "recovering", "disabled", "unconfigured"])),
        .required("open", .count), .optional("oldest_open", .time), .optional("oldest_open_seconds", .count),
        .required("dead_letters", .count), .optional("held_until", .time), .optional("failing_since", .time),
        .required("failures_in_a_row", .count), .optional("next_probe", .time),
        .optional("disabled", JSONSchema.string().described("Why, in words.")),
    ])

    private static let quota = JSONSchema.exactly([
        .required("used_last24_hours", .count),
        .required("used_by_purpose", .exactly(RequestPurpose.allCases.map { .required($0.rawValue, .count) })),
        .required("used_by_others", .count), .optional("planned_polls", .count),
        .optional("allowed", JSONSchema.count.described("Own requests allowed in any 24 hours.")),
        .optional("limit", .count), .optional("remaining", .count), .optional("said_at", .time),
        .optional("paused_until", .time), .optional("paused_for", .choice(PauseCause.allCases.map(\.rawValue))),
        .optional("headers", .choice(QuotaTrouble.allCases.map(\.rawValue))),
    ])

    private static let replay = JSONSchema.exactly([
        .optional("endpoint", .string()), .required("queued", .count), .required("from", .count),
        .required("done_through", JSONSchema.count.described("Events up to this number are in the queue.")),
        .required("through", .count), .required("events_per_second", .number),
    ])

    private static let attention = JSONSchema.exactly([
        .required("kind", .choice(Attention.Kind.allCases.map(\.rawValue))), .optional("resource", .string()),
        .optional("endpoint", .string()), .required("words", .string()), .optional("command", .string()),
        .optional("alternative", .string()), .optional("last_resort", .string()),
    ])

    private static let usage = JSONSchema.exactly([
        .required("part_seconds", .count),
        .required(
            "parts",
            .list(
                of: .exactly([
                    .required("begins", .time),
                    .required("own", .object([], others: .count)), .required("others", .count),
                ])
            ).described("The oldest first; parts without any request are left out.")),
        .optional("allowed", .count), .required("used", .count), .optional("limit", .count),
        .optional("remaining", .count),
    ])
}

extension JSONSchema {
    static let count = JSONSchema.integer(minimum: 0)
    static let time = JSONSchema.string(format: "date-time")

    /// Members of other names there are none.
    static func exactly(_ properties: [Property]) -> JSONSchema { .object(properties, others: .nothing) }
}
