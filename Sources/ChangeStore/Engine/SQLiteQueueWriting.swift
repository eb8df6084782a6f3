// The log and the queues, as they are written.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import StoredForms

extension SQLiteTransaction {
    func log(_ events: [EventWrite], of resource: KnownResource) throws {
        guard let last = events.last else { return }
        let packing = packing(of: resource)
        try execute("UPDATE account SET last_sequence = ? WHERE id = ?", [last.sequence, rows.account])
        try insert(
            "INSERT INTO event (sequence, id, resource_id, record_id, type, detected_at, body)", columns: 7, events
        ) { event, row in
            row.bind(rows.key(of: event.sequence))
            row.bind(event.id)
            row.bind(resource.id)
            row.bind(event.record)
            row.bind(event.type)
            row.bind(event.detectedAt)
            try packing.withPacked(event.body[...]) { row.bind(bytes: $0) }
        }
    }

    func enqueue(_ deliveries: [DeliveryWrite]) throws {
        try insert(
            """
            INSERT INTO delivery (id, endpoint_id, event_sequence, event_type, endpoint_sequence, order_key, is_replay,
                replay_spacing, state, due_at)
            """, columns: 10, deliveries
        ) { delivery, row in
            row.bind(delivery.id)
            row.bind(delivery.endpoint)
            row.bind(rows.key(of: delivery.eventSequence))
            row.bind(delivery.type)
            row.bind(delivery.number)
            row.bind(delivery.key)
            row.bind(delivery.replaySpacing != nil)
            row.bind(delivery.replaySpacing?.microseconds)
            row.bind(delivery.state.stored)
            row.bind(delivery.dueAt)
        }
    }

    /// Those that change alike together, and of the others those of which the same changes.
    func apply(_ changes: [Int64: DeliveryChange]) throws {
        var singles: [[String]: [(id: Int64, change: DeliveryChange)]] = [:]
        for (change, alike) in Dictionary(grouping: changes, by: \.value) where change != DeliveryChange() {
            let columns = change.columns(rows)
            if alike.count == 1 {
                singles[columns.map(\.name), default: []].append((alike[0].key, change))
            } else {
                let set = columns.map { "\($0.name) = ?" }.joined(separator: ", ")
                try execute(
                    "UPDATE delivery SET \(set) WHERE id IN \(RowSets.keys)",
                    StatementArguments(columns.map(\.value)), keys: alike.map(\.key))
            }
        }
        for (names, changes) in singles {
            let set = names.enumerated().map { "\($1) = new.column\($0 + 2)" }.joined(separator: ", ")
            try update(
                "delivery SET \(set)", where: "delivery.id = new.column1", columns: names.count + 1, changes
            ) { [$0.id] + $0.change.columns(rows).map(\.value) }
        }
    }

    func fold(_ writes: [FoldWrite]) throws {
        struct Parts: Hashable { let base, told, passedOn: Bool }
        let alike = Dictionary(grouping: writes) {
            Parts(base: $0.base != nil, told: $0.told != nil, passedOn: $0.isPassedOn)
        }
        for (parts, writes) in alike {
            var columns = ["delivery_id"]
            if parts.base { columns += ["base", "updated_field"] }
            if parts.told { columns += ["type", "body"] }
            if parts.passedOn { columns.append("is_passed_on") }
            let set = columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            try insert(
                "INSERT INTO fold (\(columns.joined(separator: ", ")))",
                "ON CONFLICT (delivery_id) DO \(set.isEmpty ? "NOTHING" : "UPDATE SET \(set)")", columns: columns.count,
                writes
            ) { write in
                func packed(_ bytes: [UInt8]?) -> Data? {
                    bytes?.withUnsafeBytes { packing.pack($0, by: packing.dictionary(of: write.resource)) }
                }
                var values: [(any DatabaseValueConvertible)?] = [write.delivery]
                if let base = write.base {
                    values += [packed(base.content), base.updatedField.map(StoredFieldPath.text)]
                }
                if let told = write.told { values += [told.type, packed(told.body)] }
                if write.isPassedOn { values.append(true) }
                return values
            }
        }
    }

    func retell(from: Int64, in delivery: Int64) throws {
        try execute(
            "INSERT INTO fold (delivery_id, type, body) SELECT ?, type, body FROM fold WHERE delivery_id = ?",
            [delivery, from])
    }

    func drop(_ deliveries: [Int64]) throws {
        try execute("DELETE FROM delivery WHERE id IN \(RowSets.keys)", keys: deliveries)
    }

    func record(_ reports: [AttemptReport]) throws {
        try insert(
            """
            INSERT OR REPLACE INTO attempt
                (delivery_id, number, started_at, duration, phases, status, failure, detail, answer)
            """, columns: 9, reports
        ) { report in
            [
                report.deliveryID, report.number, report.startedAt, report.outcome.duration.microseconds,
                StoredPhases.text(report.outcome.phases), report.outcome.status, report.outcome.failure?.stored,
                report.outcome.detail, report.outcome.answer.prefix(Limits.answerBytesKept).stored,
            ]
        }
    }

    func makeDue(triedOf endpoint: Int64) throws {
        try execute(
            "UPDATE delivery SET due_at = 0 WHERE endpoint_id = ? AND state = 'pending' AND attempts > 0", [endpoint])
    }

    func limitDue(of endpoint: Int64, wasTried: Bool, to limit: Instant) throws {
        let condition =
            wasTried ? "state = 'pending' AND attempts > 0" : "state IN ('pending', 'waiting') AND attempts = 0"
        try execute(
            "UPDATE delivery SET due_at = ?2 WHERE endpoint_id = ?1 AND \(condition) AND due_at > ?2",
            [endpoint, limit])
    }

    func rekey(_ deliveries: [OpenDelivery]) throws {
        try update(
            "delivery SET order_key = new.column2, state = new.column3", where: "delivery.id = new.column1", columns: 3,
            deliveries
        ) { [$0.id, $0.key, $0.state.stored] }
    }

    func apply(_ change: EndpointChange, toEndpoint id: Int64) throws {
        if let last = change.lastNumber {
            try execute("UPDATE endpoint SET last_sequence = ? WHERE id = ?", [last, id])
        }
        if let health = change.health {
            try execute("UPDATE endpoint SET health = ? WHERE id = ?", [health.column, id])
        }
        if let order = change.order {
            try execute("UPDATE endpoint SET delivery_order = ? WHERE id = ?", [order.stored, id])
        }
        if let target = change.target {
            try execute("UPDATE endpoint SET url_digest = ? WHERE id = ?", [target.bytes.stored, id])
        }
        if let hold = change.heldUntil {
            var until: Instant?
            if case .until(let moment) = hold { until = moment }
            try execute("UPDATE endpoint SET held_until = ? WHERE id = ?", [until, id])
        }
    }
}

extension DeliveryChange {
    /// Those that change.
    fileprivate func columns(_ rows: AccountRows) -> [(name: String, value: any DatabaseValueConvertible)] {
        let all: [(String, (any DatabaseValueConvertible)?)] = [
            ("state", state?.stored), ("attempts", attempts), ("attempts_before", attemptsBefore), ("due_at", dueAt),
            ("settled_at", settledAt), ("endpoint_sequence", number), ("event_sequence", eventSequence.map(rows.key)),
            ("event_type", type),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}
