// What an operator decides about what is held: asked for by a command, carried out by the daemon a little at a time.

import ChangeFeed
import GRDB

/// What was held of a resource when somebody decided about it. What comes to be held later is not decided about.
struct HeldThings: Equatable {
    /// Nil where no deletes were held, or others were meant.
    var deletesHeldSince: Instant?
    /// When the last of the changes came to be held; nil where none were, or others were meant.
    var changesHeldThrough: Instant?
    /// Whether some of the deletes are dismissed already.
    var areDeletesBegun = false

    var isNothing: Bool { deletesHeldSince == nil && changesHeldThrough == nil }
}

extension HeldThings {
    /// Nil where it cannot be read. A request from before it was kept is about all that is held when it is met.
    fileprivate init?(_ db: Database, decidedIn request: Row, ofResource resource: Int64) throws {
        guard let text = request["detail"] as String? else {
            try self.init(db, ofResource: resource)
            return
        }
        guard let held = StoredHeldThings.value(in: text) else { return nil }
        self = held
    }

    fileprivate init(_ db: Database, ofResource resource: Int64) throws {
        self.init()
        deletesHeldSince =
            try Instant?.fetchOne(
                db, sql: "SELECT deletes_held_since FROM resource WHERE id = ?", arguments: [resource]) ?? nil
        changesHeldThrough =
            try Instant?.fetchOne(
                db, sql: "SELECT max(held_since) FROM unstamped_change WHERE resource_id = ? AND state = 'held'",
                arguments: [resource]) ?? nil
    }
}

extension StoreVisitor {
    package enum Release: Sendable, Equatable {
        case requested, nothingHeld, unknownResource
    }

    /// What is to become of what is held.
    package enum Decision: Sendable {
        /// The deletes are believed.
        case release
        /// The changes are told.
        case releaseChanges
        /// Nobody is to be told of what is held, of either kind.
        case dismiss
        case dismissDeletes
        case dismissChanges

        /// Stored.
        fileprivate var verb: String {
            switch self {
            case .release: "release"
            case .releaseChanges: "release-changes"
            case .dismiss, .dismissDeletes, .dismissChanges: "dismiss"
            }
        }

        fileprivate var concernsDeletes: Bool {
            switch self {
            case .release, .dismiss, .dismissDeletes: true
            case .releaseChanges, .dismissChanges: false
            }
        }

        fileprivate var concernsChanges: Bool {
            switch self {
            case .releaseChanges, .dismiss, .dismissChanges: true
            case .release, .dismissDeletes: false
            }
        }
    }

    /// Asks the daemon to carry out what was decided about that which it holds of a resource at this moment.
    package func request(
        _ decision: Decision, of resource: ResourceName, account: String
    ) throws(StoreProblem) -> Release {
        try visit { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT resource.id, resource.name FROM resource JOIN account ON account.id = resource.account_id
                    WHERE account.name = ? AND set_aside_at IS NULL
                    """,
                arguments: [account])
            guard let row = rows.first(where: { ResourceName($0["name"]).canonical == resource.canonical }) else {
                return .unknownResource
            }
            var held = try HeldThings(db, ofResource: row["id"])
            if !decision.concernsDeletes { held.deletesHeldSince = nil }
            if !decision.concernsChanges { held.changesHeldThrough = nil }
            if held.isNothing { return .nothingHeld }
            try db.execute(
                sql: "INSERT INTO operator_request (resource_id, verb, detail) VALUES (?, ?, ?)",
                arguments: [row["id"] as Int64, decision.verb, StoredHeldThings.text(held)])
            return .requested
        }
    }
}

/// What came of carrying decisions out for a while.
package struct DecisionStep: Sendable {
    /// A decision that was carried out to its end.
    package struct Done: Sendable {
        package var name: ResourceName
        /// Whether what was held is dismissed, rather than told.
        package var isDismissed: Bool
        /// Whether deletes are among that; the others of a resource stay held.
        package var dismissesDeletes: Bool
    }

    package var done: Done?
    /// A decision that could not be read, and is forgotten.
    package var dropped: UnreadableRow?
    package var hasMore = false
}

extension ChangeStore {
    /// The resources whose held deletes somebody released. A request stays until a commit has carried it out, so that no
    /// crash forgets it.
    ///
    /// - Returns: also the requests that could not be read, and are forgotten.
    package func requestedReleases(
        of account: StoredAccount
    ) throws -> (names: [ResourceName], dropped: [UnreadableRow]) {
        guard
            try pool.read({
                try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb = 'release')")
            }) ?? false
        else { return ([], []) }
        return try pool.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT operator_request.id, resource_id, resource.name, detail FROM operator_request
                    JOIN resource ON resource.id = resource_id WHERE resource.account_id = ? AND verb = 'release'
                    """,
                arguments: [account.id])
            var (names, dropped): ([ResourceName], [UnreadableRow]) = ([], [])
            for row in rows {
                let (request, resource): (Int64, Int64) = (row["id"], row["resource_id"])
                let asked = try HeldThings(db, decidedIn: row, ofResource: resource)
                let held = try HeldThings(db, ofResource: resource).deletesHeldSince
                if let held, asked?.deletesHeldSince == held {
                    names.append(ResourceName(row["name"]))
                } else {
                    if asked == nil { dropped.append(UnreadableRow(request: request)) }
                    try db.execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [request])
                }
            }
            return (names, dropped)
        }
    }

    /// Carries out what was decided first about changes that are held, or about deletes that nobody is to be told of, for
    /// at most `limit` records. What is to be told is told by `settleUnstamped`.
    package func carryOutDecision(of account: StoredAccount, limit: Int) throws -> DecisionStep {
        let verbs = "('release-changes', 'dismiss')"
        guard
            try pool.read({
                try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM operator_request WHERE verb IN \(verbs))")
            }) ?? false
        else { return DecisionStep() }
        return try pool.write { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT operator_request.id, resource_id, resource.name, verb = 'dismiss' AS is_dismissed, detail
                    FROM operator_request JOIN resource ON resource.id = resource_id
                    WHERE resource.account_id = ? AND verb IN \(verbs) ORDER BY operator_request.id LIMIT 1
                    """,
                arguments: [account.id])
            guard let row else { return DecisionStep() }
            let (resource, isDismissed): (Int64, Bool) = (row["resource_id"], row["is_dismissed"])
            // What is about to be held is held, for whoever asked.
            guard try db.carryOnVerdicts(ofResource: resource, limit: limit) < limit else {
                return DecisionStep(hasMore: true)
            }
            let request: Int64 = row["id"]
            guard var held = try HeldThings(db, decidedIn: row, ofResource: resource) else {
                try db.execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [request])
                return DecisionStep(dropped: UnreadableRow(request: request), hasMore: true)
            }
            let isDone = try db.carryOn(&held, of: resource, isDismissed: isDismissed, limit: limit)
            if isDone {
                try db.execute(sql: "DELETE FROM operator_request WHERE id = ?", arguments: [request])
            } else {
                try db.execute(
                    sql: "UPDATE operator_request SET detail = ? WHERE id = ?",
                    arguments: [StoredHeldThings.text(held), request])
            }
            let done = DecisionStep.Done(
                name: ResourceName(row["name"]), isDismissed: isDismissed,
                dismissesDeletes: held.areDeletesBegun)
            return DecisionStep(done: isDone ? done : nil, hasMore: true)
        }
    }
}

extension Database {
    /// Whether nothing of it is left.
    fileprivate func carryOn(
        _ held: inout HeldThings, of resource: Int64, isDismissed: Bool, limit: Int
    ) throws -> Bool {
        var left = limit
        if let through = held.changesHeldThrough {
            try execute(
                sql: """
                    UPDATE unstamped_change SET state = ?2 WHERE resource_id = ?1 AND record_id IN (
                        SELECT record_id FROM unstamped_change
                        WHERE resource_id = ?1 AND state = 'held' AND held_since <= ?3 LIMIT ?4)
                    """,
                arguments: [resource, isDismissed ? "learning" : "telling", through, left])
            left -= changesCount
        }
        guard isDismissed, let since = held.deletesHeldSince else { return left > 0 }
        if !held.areDeletesBegun {
            // Others may have come to be held since then.
            let now = try HeldThings(self, ofResource: resource).deletesHeldSince
            guard now == since else {
                held.deletesHeldSince = nil
                return left > 0
            }
        }
        held.areDeletesBegun = true
        guard left > 0 else { return false }
        try execute(
            sql: """
                UPDATE known_record SET presence = ?2 WHERE resource_id = ?1 AND record_id IN (
                    SELECT record_id FROM known_record WHERE resource_id = ?1 AND presence = ?3 LIMIT ?4)
                """,
            arguments: [resource, Presence.dismissed.stored, Presence.suspect.stored, left])
        return changesCount < left
    }

    /// Whether the suspects of a resource are to be dismissed, or are being. Nothing joins them meanwhile, for nobody has
    /// decided about it: what goes missing is found by the next count or sweep.
    func awaitsDismissal(ofResource resource: Int64) throws -> Bool {
        try Bool.fetchOne(
            cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM operator_request WHERE resource_id = ? AND verb = 'dismiss'
                        AND (detail IS NULL OR iif(json_valid(detail), json_extract(detail, '$.deletes_held_since'), 1) IS NOT NULL))
                    """),
            arguments: [resource]) ?? false
    }

    /// Whether the suspects of a resource are being dismissed, a part in each transaction. None of the rest is asked for.
    func dismissesSuspects(ofResource resource: Int64) throws -> Bool {
        try Bool.fetchOne(
            cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM operator_request WHERE resource_id = ? AND verb = 'dismiss'
                        AND iif(json_valid(detail), json_extract(detail, '$.deletes_begun'), 0))
                    """),
            arguments: [resource]) ?? false
    }
}
