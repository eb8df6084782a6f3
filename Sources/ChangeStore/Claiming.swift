// Verbs on the queue: what is due, and which of that goes next.

import ChangeFeed
import GRDB

extension ChangeStore {
    /// Takes what is due and the endpoint's gate lets through. Each delivery is under way until it is settled or put
    /// back: nobody takes it again, and nothing is folded into it.
    package func claim(
        of endpoint: StoredEndpoint, _ admission: Admission, admittingReplays: Bool = true, at now: Instant
    ) throws -> [DueDelivery] {
        guard endpoint.rules.coalesces else {
            return try pool.read {
                try $0.claim(of: endpoint, admission, admittingReplays: admittingReplays, claims: claims, at: now)
            }
        }
        // Where newer events fold into what waits, nothing may be written between the look and the claim.
        var claimed: [DueDelivery] = []
        do {
            try pool.write {
                claimed = try $0.claim(
                    of: endpoint, admission, admittingReplays: admittingReplays, claims: claims, at: now)
            }
            return claimed
        } catch {
            putBack(claimed.map(\.id))
            throw error
        }
    }

    /// Puts deliveries back of which nothing came.
    package func putBack(_ deliveries: [Int64]) { claims.remove(deliveries) }

    /// Whoever claimed deliveries of the endpoint has ended, and another begins: what was not put back or recorded is.
    package func putBackAll(of endpoint: StoredEndpoint) { claims.removeAll(of: endpoint.id) }

    /// What waits besides what is under way.
    ///
    /// - Parameter replaysOpen: no replay before then.
    package func waiting(
        of endpoint: StoredEndpoint, replaysOpen: Instant = .distantPast, at now: Instant
    ) throws -> WaitingQueue {
        try pool.read { db in
            var times = try db.dueTimes(of: endpoint, isReplay: false, besides: claims, around: now)
            if !claims.hasReplay(of: endpoint.id) {
                times += try db.dueTimes(of: endpoint, isReplay: true, besides: claims, around: now)
                    .map { max($0, replaysOpen) }
            }
            return WaitingQueue(isDue: times.contains { $0 <= now }, next: times.filter { $0 > now }.min())
        }
    }
}

/// Whether deliveries were tried before. Each kind has an index of its own, in which each type stands apart: so nothing
/// that waits hides anything else, however much it is.
enum Trial: String, CaseIterable {
    case never = "attempts = 0"
    case before = "attempts > 0"

    private var waiting: String {
        "FROM delivery WHERE endpoint_id = ?1 AND is_replay = ?2 AND state = 'pending' AND \(rawValue)"
    }

    /// The types of what waits, each found by one step into the index.
    var typesQuery: String {
        """
        WITH RECURSIVE kind (type) AS (
            SELECT min(event_type) \(waiting)
            UNION ALL
            SELECT (SELECT min(event_type) \(waiting) AND event_type > kind.type) FROM kind WHERE kind.type IS NOT NULL)
        SELECT type FROM kind WHERE type IS NOT NULL
        """
    }

    func dueQuery(isDue: Bool = true) -> String {
        """
        SELECT id, due_at \(waiting) AND event_type = ?3 AND due_at \(isDue ? "<=" : ">") ?4
        ORDER BY due_at, id
        """
    }
}

extension Database {
    /// What is new goes first. Replays go one at a time, so that they arrive in the order of the log; one that is not
    /// accepted lets the others pass.
    fileprivate func claim(
        of endpoint: StoredEndpoint, _ admission: Admission, admittingReplays: Bool, claims: Claims, at now: Instant
    ) throws -> [DueDelivery] {
        guard admission.total > 0 else { return [] }
        var due: [Admission.Lane: [Admission.Candidate]] = [:]
        for trial in Trial.allCases where trial == .never || admission.unlikely > 0 {
            for type in try types(of: endpoint, trial, isReplay: false) {
                let lane = admission.lane(of: type, wasTried: trial == .before)
                due[lane, default: []] += try self.due(
                    of: endpoint, type, trial, isReplay: false, limit: admission.places(of: lane), besides: claims,
                    at: now)
            }
        }
        let chosen = admission.choice(of: due)
        var replay: Admission.Candidate?
        if admittingReplays, chosen.count < admission.replays, !claims.hasReplay(of: endpoint.id) {
            replay = try nextReplay(of: endpoint, besides: claims, at: now)
        }
        // What cannot be read is not taken: nobody would ever put it back.
        let deliveries = try (chosen + (replay.map { [$0.id] } ?? [])).map(dueDelivery)
        claims.insert(chosen, of: endpoint.id)
        if let replay { claims.insert(replay: replay.id, of: endpoint.id) }
        return deliveries
    }

    private func nextReplay(
        of endpoint: StoredEndpoint, besides claims: Claims, at now: Instant
    ) throws -> Admission.Candidate? {
        var first: [Admission.Candidate] = []
        for trial in Trial.allCases {
            for type in try types(of: endpoint, trial, isReplay: true) {
                first += try due(of: endpoint, type, trial, isReplay: true, limit: 1, besides: claims, at: now)
            }
        }
        return first.min(by: Admission.Candidate.isEarlier)
    }

    private func types(of endpoint: StoredEndpoint, _ trial: Trial, isReplay: Bool) throws -> [String] {
        try String.fetchAll(cachedStatement(sql: trial.typesQuery), arguments: [endpoint.id, isReplay])
    }

    private func due(
        of endpoint: StoredEndpoint, _ type: String, _ trial: Trial, isReplay: Bool, limit: Int,
        besides claims: Claims, at now: Instant
    ) throws -> [Admission.Candidate] {
        guard limit > 0 else { return [] }
        let rows = try Row.fetchCursor(
            cachedStatement(sql: trial.dueQuery()), arguments: [endpoint.id, isReplay, type, now])
        var due: [Admission.Candidate] = []
        while due.count < limit, let row = try rows.next() {
            if !claims.contains(row["id"]) { due.append(Admission.Candidate(id: row["id"], dueAt: row["due_at"])) }
        }
        return due
    }

    func dueDelivery(_ id: Int64) throws -> DueDelivery {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT delivery.id, delivery.endpoint_sequence, delivery.replay_spacing, delivery.attempts,
                        delivery.attempts_before, delivery.due_at,
                        event.id AS event_id, event.sequence, event.record_id,
                        coalesce(fold.type, event.type) AS type, unpacked(coalesce(fold.body, event.body)) AS body
                    FROM delivery JOIN event ON event.sequence = delivery.event_sequence
                    LEFT JOIN fold ON fold.delivery_id = delivery.id WHERE delivery.id = ?
                    """),
            arguments: [id])
        guard let row else { throw DatabaseError(message: "delivery \(id) has no event") }
        return DueDelivery(row: row)
    }

    /// When the first deliveries are due by now, and the first after it.
    fileprivate func dueTimes(
        of endpoint: StoredEndpoint, isReplay: Bool, besides claims: Claims, around now: Instant
    ) throws -> [Instant] {
        var times: [Instant] = []
        for trial in Trial.allCases {
            for type in try types(of: endpoint, trial, isReplay: isReplay) {
                for isDue in [true, false] {
                    let rows = try Row.fetchCursor(
                        cachedStatement(sql: trial.dueQuery(isDue: isDue)),
                        arguments: [endpoint.id, isReplay, type, now])
                    while let row = try rows.next() {
                        guard !claims.contains(row["id"]) else { continue }
                        times.append(row["due_at"])
                        break
                    }
                }
            }
        }
        return times
    }
}

extension DueDelivery {
    fileprivate init(row: Row) {
        self.init(
            id: row["id"], eventID: row["event_id"], sequence: row["sequence"],
            endpointSequence: row["endpoint_sequence"] ?? 0, type: row["type"], recordID: row["record_id"],
            replaySpacing: (row["replay_spacing"] as Int64?).map { .microseconds($0) }, attempts: row["attempts"],
            attemptsBefore: row["attempts_before"], dueAt: row["due_at"], body: row.bytes("body"))
    }
}
