// The log and the queues, as they are written.

import ChangeFeed
import EventStore
import Foundation
import GRDB

extension SQLiteTransaction {
    func log(_ events: [EventWrite], of resource: KnownResource) throws {
        guard let last = events.last else { return }
        let packing = packing(of: resource)
        try execute("UPDATE event_counter SET last_sequence = ?", [last.sequence])
        try insert(
            "INSERT INTO event (sequence, id, resource_id, record_id, type, detected_at, body)", columns: 7, events
        ) {
            [$0.sequence, $0.id, resource.id, $0.record, $0.type, $0.detectedAt, try packing.pack($0.body)]
        }
    }

    func enqueue(_ deliveries: [DeliveryWrite]) throws {
        try insert(
            """
            INSERT INTO delivery (id, endpoint_id, event_sequence, event_type, endpoint_sequence, order_key, is_replay,
                replay_spacing, state, due_at)
            """, columns: 10, deliveries
        ) {
            [
                $0.id, $0.endpoint, $0.eventSequence, $0.type, $0.number, $0.key, $0.replaySpacing != nil,
                $0.replaySpacing?.microseconds, $0.state.stored, $0.dueAt,
            ]
        }
    }

    func apply(_ change: DeliveryChange, to ids: [Int64]) throws {
        let columns: [(String, (any DatabaseValueConvertible)?)] = [
            ("state", change.state?.stored), ("attempts", change.attempts), ("attempts_before", change.attemptsBefore),
            ("due_at", change.dueAt), ("settled_at", change.settledAt), ("endpoint_sequence", change.number),
            ("event_sequence", change.eventSequence), ("event_type", change.type),
        ].filter { $0.1 != nil }
        guard !columns.isEmpty else { return }
        try execute(
            "UPDATE delivery SET \(columns.map { "\($0.0) = ?" }.joined(separator: ", ")) WHERE id IN \(RowSets.keys)",
            StatementArguments(columns.map(\.1)), keys: ids)
    }

    func fold(_ write: FoldWrite) throws {
        try execute("INSERT OR IGNORE INTO fold (delivery_id) VALUES (?)", [write.delivery])
        func packed(_ bytes: [UInt8]?) -> Data? {
            bytes.map { bytes in
                bytes.withUnsafeBytes { packing.pack($0, by: packing.dictionary(of: write.resource)) }
            }
        }
        if let base = write.base {
            try execute(
                "UPDATE fold SET base = ?, updated_field = ? WHERE delivery_id = ?",
                [packed(base.content), base.updatedField.map(StoredFieldPath.text), write.delivery])
        }
        if let told = write.told {
            try execute(
                "UPDATE fold SET type = ?, body = ? WHERE delivery_id = ?",
                [told.type, packed(told.body), write.delivery])
        }
        if write.isPassedOn { try execute("UPDATE fold SET is_passed_on = 1 WHERE delivery_id = ?", [write.delivery]) }
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
        for delivery in deliveries {
            try execute(
                "UPDATE delivery SET order_key = ?, state = ? WHERE id = ?",
                [delivery.key, delivery.state.stored, delivery.id])
        }
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
