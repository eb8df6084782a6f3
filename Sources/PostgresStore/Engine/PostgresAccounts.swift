// The account, its resources and endpoints, as they are read.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func resource(named name: ResourceName) throws -> ResourceRow? {
        try small(.resources).resources.first { $0.resource.name == name }?.resource
    }

    func resources() throws -> [ResourceRow] { try small(.resources).current.map(\.resource) }

    func eventNames(besides resource: Int64) throws -> Set<String> {
        let others = try small(.resources).resources.filter { $0.resource.id != resource }
        return Set(others.map { ($0.resource.eventName ?? $0.resource.name).text })
    }

    func endpointRow(named name: String) throws -> EndpointRow? {
        try small(.endpoints).endpoints.first { $0.name == name }
    }

    func endpointRow(_ id: Int64) throws -> EndpointRow? { try small(.endpoints).endpoints.first { $0.id == id } }

    func heldUntil(of endpoint: Int64) throws -> Instant? { try endpointRow(endpoint)?.heldUntil }

    func lastNumber(of table: NumberedTable) throws -> Int64 {
        switch table {
        case .endpoints: try small(.endpoints).endpoints.map(\.id).max() ?? 0
        case .resources: try small(.resources).resources.map(\.resource.id).max() ?? 0
        case .requests: try small(.requests).requests.map { try $0.value("id") }.max() ?? 0
        case .deliveries: try small(.deliveries).account?.value("last_delivery") ?? 0
        }
    }

    func instance() throws -> String? { try small(.account).account?.optional("instance") }

    func fingerprintKey() throws -> FingerprintKey? {
        guard let seed = try small(.account).account?.optional("fingerprint_seed", as: [UInt8].self),
            seed.count == FingerprintKey.seedBytes
        else { return nil }
        return FingerprintKey(seed: seed)
    }

    func progress() throws -> [ResourceName: ResourceProgress] {
        let contacted = try small(.resources).current.filter { try $0.row.optionalInstant("cursor") != nil }
        return Dictionary(uniqueKeysWithValues: try contacted.map { ($0.resource.name, try ResourceProgress($0.row)) })
    }

    func paces() throws -> [ResourceName: ResourcePace] {
        let rows = try ask(
            "paces",
            """
            SELECT name, pace FROM \(schema).resource
            WHERE account_id = $1 AND pace IS NOT NULL AND set_aside_at IS NULL
            """, about: [.resources])
        let paces = try rows.compactMap { row in
            let name = ResourceName(try row.value("name", as: String.self))
            return try StoredPace.value(in: row.value("pace")).map { (name, $0) }
        }
        return Dictionary(paces, uniquingKeysWith: { first, _ in first })
    }

    func storedResources() throws -> [StoredResource] {
        let inOrder = try small(.resources).resources.sorted { left, right in
            let (first, second) = (
                try left.row.optionalInstant("set_aside_at"), try right.row.optionalInstant("set_aside_at")
            )
            return (first ?? .distantPast, left.resource.id) < (second ?? .distantPast, right.resource.id)
        }
        return try inOrder.map { stored in
            var source: RecordSource?
            if let object = try stored.row.optional("object", as: String.self),
                let idField = try stored.row.optional("id_field", as: String.self)
            {
                source = RecordSource(object: object, idField: idField)
            }
            return StoredResource(
                id: stored.resource.id, name: stored.called, source: source,
                examples: source == nil ? try examples(ofResource: stored.resource.id) : [], isAside: stored.isAside,
                polledAt: try stored.row.optionalInstant("polled_at"))
        }
    }

    /// What cannot be read tells nothing.
    private func examples(ofResource resource: Int64) throws -> [StoredResource.Example] {
        let rows = try ask(
            "examples of records",
            """
            SELECT record_key, content FROM \(schema).known_record WHERE account_id = $1 AND resource_id = $2
            ORDER BY record_key LIMIT $3
            """, [.int8(resource), .int(Limits.recordsAskedForTheirField)], about: [.records])
        return try rows.compactMap { row in
            guard let record = try? RawRecord.read(try row.unpacked("content", by: packing)) else { return nil }
            return StoredResource.Example(id: try row.recordID("record_key"), record: record)
        }
    }
}

extension ResourceProgress {
    init(_ row: PostgreSQLRow) throws {
        let newsSince = try row.optionalInstant("news_since")
        let covered = try row.optionalInt("baseline_covered")
        let last = try row.optionalRecordID("baseline_last")
        self.init(
            newsThreshold: newsSince.map(NewsThreshold.since) ?? .beginning, cursor: try row.instant("cursor"),
            polledAt: try row.optionalInstant("polled_at"),
            baseline: try covered.map { .walking(covered: $0, last: last) }
                ?? (row.value("baseline_is_partial") ? .partial : .complete),
            presence: try PresenceProgress(row),
            firstContact: try row.optionalInstant("first_contact_own").map {
                FirstContact(own: $0, server: try row.optionalInstant("first_contact_server"))
            })
    }
}

extension PresenceProgress {
    fileprivate init(_ row: PostgreSQLRow) throws {
        self.init()
        sweeps = try row.int("sweeps")
        walk = try row.optionalInt("sweep_covered").map {
            Walk(covered: $0, last: try row.optionalRecordID("sweep_last"))
        }
        sweptAt = try row.optionalInstant("swept_at")
        bias = try row.int("count_bias")
        hold = Hold(
            word: try row.optional("deletes_hold"), since: try row.optionalInstant("deletes_held_since"),
            sample: try row.optional("deletes_sample"))
    }
}
