// The log and the queues, as they are written.

import ChangeFeed
import EventStore
import PostgreSQLClient
import StoredForms

extension PostgresTransaction {
    func log(_ events: [EventWrite], of resource: KnownResource) throws {
        guard let last = events.last else { return }
        let packing = packing(of: resource)
        add("last event", "UPDATE \(schema).account SET last_sequence = $2 WHERE id = $1", [.int(last.sequence)])
        let bodies = try events.map { Optional([UInt8](try packing.pack($0.body[...]))) }
        add(
            "events",
            """
            INSERT INTO \(schema).event (account_id, resource_id, sequence, id, record_key, type, detected_at, body)
            SELECT $1, $2, * FROM unnest($3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $8::bytea[])
                AS new (sequence) ORDER BY sequence
            """,
            [.int8(resource.id)]
                + PostgreSQLColumns(events).column { Int64($0.sequence) }.column { $0.id }
                .column { RecordKey.bytes(of: $0.record) }.column { $0.type }
                .column { $0.detectedAt.microsecondsSince1970 }.parameters + [PostgreSQLValue(array: bodies)])
    }

    func enqueue(_ deliveries: [DeliveryWrite]) {
        guard !deliveries.isEmpty else { return }
        add(
            "new deliveries",
            """
            INSERT INTO \(schema).delivery (account_id, id, endpoint_id, event_sequence, event_type, endpoint_sequence,
                order_key, is_replay, replay_spacing, state, due_at)
            SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bytea[],
                $8::bool[], $9::bigint[], $10::text[], $11::bigint[]) AS new (id) ORDER BY id
            """,
            PostgreSQLColumns(deliveries).column { $0.id }.column { $0.endpoint }.column { Int64($0.eventSequence) }
                .column { $0.type }.column { $0.number.map(Int64.init) }.column { $0.key.map { Array($0.utf8) } }
                .column { $0.replaySpacing != nil }.column { $0.replaySpacing?.microseconds }.column { $0.state.stored }
                .column { $0.dueAt.microsecondsSince1970 }.parameters)
    }

    /// What is NULL stays as it is.
    func apply(_ changes: [Int64: DeliveryChange]) {
        let changes = changes.filter { $0.value != DeliveryChange() }.sorted { $0.key < $1.key }
        guard !changes.isEmpty else { return }
        add(
            "deliveries that changed",
            """
            UPDATE \(schema).delivery SET state = coalesce(new.state, delivery.state),
                attempts = coalesce(new.attempts, delivery.attempts),
                attempts_before = coalesce(new.attempts_before, delivery.attempts_before),
                due_at = coalesce(new.due_at, delivery.due_at), settled_at = coalesce(new.settled_at, delivery.settled_at),
                endpoint_sequence = coalesce(new.number, delivery.endpoint_sequence),
                event_sequence = coalesce(new.event, delivery.event_sequence),
                event_type = coalesce(new.type, delivery.event_type)
            FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::text[])
                AS new (id, state, attempts, attempts_before, due_at, settled_at, number, event, type)
            WHERE account_id = $1 AND delivery.id = new.id
            """,
            PostgreSQLColumns(changes).column { $0.key }.column { $0.value.state?.stored }
                .column { $0.value.attempts.map(Int64.init) }.column { $0.value.attemptsBefore.map(Int64.init) }
                .column { $0.value.dueAt?.microsecondsSince1970 }.column { $0.value.settledAt?.microsecondsSince1970 }
                .column { $0.value.number.map(Int64.init) }.column { $0.value.eventSequence.map(Int64.init) }
                .column { $0.value.type }.parameters)
    }

    /// Of what is not written with it, what is there stays as it is.
    func fold(_ writes: [FoldWrite]) {
        guard !writes.isEmpty else { return }
        func packed(_ bytes: [UInt8]?, _ write: FoldWrite) -> [UInt8]? {
            bytes?.withUnsafeBytes { [UInt8](packing.pack($0, by: packing.dictionary(of: write.resource))) }
        }
        add(
            "what is folded",
            """
            INSERT INTO \(schema).fold AS fold (account_id, delivery_id, base, updated_field, type, body, is_passed_on)
            SELECT $1, id, base, field, type, body, is_passed_on
            FROM unnest($2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::bytea[], $7::bool[], $8::bool[], $9::bool[])
                AS new (id, base, field, type, body, is_passed_on, has_base, is_told) ORDER BY id
            ON CONFLICT (account_id, delivery_id) DO UPDATE SET
                base = CASE WHEN excluded.delivery_id = ANY($10) THEN excluded.base ELSE fold.base END,
                updated_field = CASE WHEN excluded.delivery_id = ANY($10) THEN excluded.updated_field
                    ELSE fold.updated_field END,
                type = CASE WHEN excluded.delivery_id = ANY($11) THEN excluded.type ELSE fold.type END,
                body = CASE WHEN excluded.delivery_id = ANY($11) THEN excluded.body ELSE fold.body END,
                is_passed_on = fold.is_passed_on OR excluded.is_passed_on
            """,
            PostgreSQLColumns(writes).column { $0.delivery }.column { packed($0.base?.content, $0) }
                .column { $0.base?.updatedField.map(StoredFieldPath.text) }.column { $0.told?.type }
                .column { packed($0.told?.body, $0) }.column { $0.isPassedOn }.column { $0.base != nil }
                .column { $0.told != nil }.parameters + [
                    .numbers(writes.filter { $0.base != nil }.map(\.delivery)),
                    .numbers(writes.filter { $0.told != nil }.map(\.delivery)),
                ])
    }

    func retell(from: Int64, in delivery: Int64) {
        add(
            "what is told again",
            """
            INSERT INTO \(schema).fold (account_id, delivery_id, type, body)
            SELECT $1, $3, type, body FROM \(schema).fold WHERE account_id = $1 AND delivery_id = $2
            """, [.int8(from), .int8(delivery)])
    }

    func drop(_ deliveries: [Int64]) {
        guard !deliveries.isEmpty else { return }
        for (table, key) in [("attempt", "delivery_id"), ("fold", "delivery_id"), ("delivery", "id")] {
            add(
                "deliveries out of \(table)",
                "DELETE FROM \(schema).\(table) WHERE account_id = $1 AND \(key) = ANY($2)",
                [.numbers(deliveries)])
        }
    }

    func record(_ reports: [AttemptReport]) {
        guard !reports.isEmpty else { return }
        // Of two reports of one attempt the last counts, as it would if they came one after the other.
        let last = Dictionary(
            reports.enumerated().map { ([$1.deliveryID, Int64($1.number)], $0) }, uniquingKeysWith: { max($0, $1) })
        let reports = last.values.sorted().map { reports[$0] }
        add(
            "attempts",
            """
            INSERT INTO \(schema).attempt
                (account_id, delivery_id, number, started_at, duration, phases, status, failure, detail, answer)
            SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[],
                $8::text[], $9::text[], $10::bytea[]) AS new (delivery, number) ORDER BY delivery, number
            ON CONFLICT (account_id, delivery_id, number) DO UPDATE SET started_at = excluded.started_at,
                duration = excluded.duration, phases = excluded.phases, status = excluded.status,
                failure = excluded.failure, detail = excluded.detail, answer = excluded.answer
            """,
            PostgreSQLColumns(reports).column { $0.deliveryID }.column { Int64($0.number) }
                .column { $0.startedAt.microsecondsSince1970 }.column { $0.outcome.duration.microseconds }
                .column { StoredPhases.text($0.outcome.phases) }.column { $0.outcome.status.map(Int64.init) }
                // PostgreSQL has no place for a zero character in a text, and what a peer said may hold any.
                .column { $0.outcome.failure?.stored }.column { $0.outcome.detail?.replacing("\0", with: "\u{FFFD}") }
                .column { Array($0.outcome.answer.prefix(Limits.answerBytesKept)) }.parameters)
    }

    func makeDue(triedOf endpoint: Int64) {
        add(
            "deliveries that are due at once",
            """
            UPDATE \(schema).delivery SET due_at = 0
            WHERE account_id = $1 AND endpoint_id = $2 AND state = 'pending' AND attempts > 0
            """, [.int8(endpoint)])
    }

    func limitDue(of endpoint: Int64, wasTried: Bool, to limit: Instant) {
        let condition =
            wasTried ? "state = 'pending' AND attempts > 0" : "state IN ('pending', 'waiting') AND attempts = 0"
        add(
            "deliveries that are due earlier",
            """
            UPDATE \(schema).delivery SET due_at = $3
            WHERE account_id = $1 AND endpoint_id = $2 AND \(condition) AND due_at > $3
            """, [.int8(endpoint), .instant(limit)])
    }

    func rekey(_ deliveries: [OpenDelivery]) {
        guard !deliveries.isEmpty else { return }
        add(
            "keys of deliveries",
            """
            UPDATE \(schema).delivery SET order_key = new.key, state = new.state
            FROM unnest($2::bigint[], $3::bytea[], $4::text[]) AS new (id, key, state)
            WHERE account_id = $1 AND delivery.id = new.id
            """,
            PostgreSQLColumns(deliveries).column { $0.id }.column { $0.key.map { Array($0.utf8) } }
                .column { $0.state.stored }.parameters)
    }

    func dropEvents(_ sequences: [Int]) {
        guard !sequences.isEmpty else { return }
        add(
            "old events", "DELETE FROM \(schema).event WHERE account_id = $1 AND sequence = ANY($2)",
            [.sequences(sequences)])
    }
}
