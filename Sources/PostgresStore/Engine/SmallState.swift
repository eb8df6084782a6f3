// What an account has little of: read together, in one exchange, by whatever verb needs a part of it.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

/// The account's rows, all but those that there may be many of; and of those, whether there are any.
struct SmallState {
    let account: PostgreSQLRow?
    let resources: [Resource]
    let endpoints: [EndpointRow]
    let lastNumbers: [Int64: Int]
    let requests: PostgreSQLRows

    struct Resource {
        let row: PostgreSQLRow
        let resource: ResourceRow
        let called: ResourceName
        let isAside: Bool
        let hasFound: Bool
        let hasVerdict: Bool
        /// Whether any change without a stamp is kept.
        let hasUnstamped: Bool
    }

    /// What is answered from it.
    static let areas: Set<Area> = [
        .account, .resources, .endpoints, .requests, .found, .unstamped, .deliveries,
    ]

    static func statements(of account: PostgreSQLValue, in schema: String) -> [PostgreSQLStatement] {
        [
            PostgreSQLStatement(
                "account",
                """
                SELECT instance, last_sequence, (SELECT fingerprint_seed FROM \(schema).store) AS fingerprint_seed,
                    coalesce((SELECT max(id) FROM \(schema).delivery WHERE account_id = $1), 0) AS last_delivery,
                    (SELECT last_dictionary FROM \(schema).store) AS last_dictionary
                FROM \(schema).account WHERE id = $1
                """, [account]),
            PostgreSQLStatement("resources", resources(in: schema), [account]),
            PostgreSQLStatement(
                "endpoints", "SELECT * FROM \(schema).endpoint WHERE account_id = $1 ORDER BY id", [account]),
            PostgreSQLStatement(
                "requests", "SELECT * FROM \(schema).operator_request WHERE account_id = $1 ORDER BY id", [account]),
        ]
    }

    private static func resources(in schema: String) -> String {
        func hasRow(_ table: String) -> String {
            "EXISTS (SELECT FROM \(schema).\(table) WHERE account_id = $1 AND resource_id = resource.id)"
        }
        return """
            SELECT id, name, called, event_name, object, id_field, set_aside_at, news_since, cursor, polled_at,
                baseline_covered, baseline_last, baseline_is_partial, first_contact_own, first_contact_server, sweeps,
                sweep_covered, sweep_last, swept_at, count_bias, deletes_held_since, deletes_hold, deletes_sample,
                \(hasRow("newly_unlisted")) AS has_found, \(hasRow("unstamped_verdict")) AS has_verdict,
                \(hasRow("unstamped_change")) AS has_unstamped
            FROM \(schema).resource WHERE account_id = $1 ORDER BY id
            """
    }

    /// - Parameter answers: to the statements, in their order.
    init(_ answers: [PostgreSQLRows]) throws {
        account = answers[0].first
        resources = try answers[1].map(Resource.init)
        endpoints = try answers[2].map(EndpointRow.init)
        lastNumbers = Dictionary(
            try answers[2].map { (try $0.value("id"), try $0.int("last_sequence")) },
            uniquingKeysWith: { first, _ in first })
        requests = answers[3]
    }

    /// Those that are not set aside.
    var current: [Resource] { resources.filter { !$0.isAside } }

    func resource(_ id: Int64) -> Resource? { resources.first { $0.resource.id == id } }
}

extension SmallState.Resource {
    fileprivate init(_ row: PostgreSQLRow) throws {
        self.row = row
        resource = ResourceRow(
            id: try row.value("id"), name: ResourceName(try row.value("name", as: String.self)),
            eventName: try row.optional("event_name", as: String.self).map(ResourceName.init),
            deletesHeldSince: try row.optionalInstant("deletes_held_since"))
        called = ResourceName(try row.optional("called", as: String.self) ?? resource.name.text)
        isAside = try row.optionalInstant("set_aside_at") != nil
        hasFound = try row.value("has_found")
        hasVerdict = try row.value("has_verdict")
        hasUnstamped = try row.value("has_unstamped")
    }
}

extension EndpointRow {
    init(_ row: PostgreSQLRow) throws {
        // A target that is damaged is another than any.
        let target = try row.optional("url_digest", as: [UInt8].self)
        self.init(
            id: try row.value("id"), name: try row.value("name"),
            order: DeliveryOrder(stored: try row.value("delivery_order")),
            target: target.map { Fingerprint(bytes: $0) ?? Fingerprint(of: []) },
            heldUntil: try row.optionalInstant("held_until"),
            health: try row.optional("health", as: String.self).map { EndpointHealth(column: $0) })
    }
}
