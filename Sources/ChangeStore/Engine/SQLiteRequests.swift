// What is asked of the daemon, as it is read and written.

import ChangeFeed
import EventStore
import GRDB

extension OperatorRequest.Verb: StoredWord {
    var stored: String {
        switch self {
        case .resume: "resume"
        case .resumeAPI: "resume-api"
        case .poll: "poll"
        case .release: "release"
        case .releaseChanges: "release-changes"
        case .dismiss: "dismiss"
        case .replay: "replay"
        case .giveUp: "give up"
        case .giveUpAll: "give up all"
        case .discard: "discard"
        }
    }
}

extension SQLiteTransaction {
    func requests(_ verbs: Set<OperatorRequest.Verb>) throws -> [OperatorRequest] {
        let words = verbs.map { "'\($0.stored)'" }.sorted().joined(separator: ",")
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT * FROM operator_request WHERE account_id = ? AND verb IN (\(words)) ORDER BY id"),
            arguments: [self.rows.account])
        return rows.compactMap { row in
            guard let verb = OperatorRequest.Verb(stored: row["verb"]) else { return nil }
            return OperatorRequest(
                id: row["id"], verb, resource: row["resource_id"], endpoint: row["endpoint_id"],
                wish: OperatorRequest.Wish(row["detail"], of: verb))
        }
    }

    func insert(_ request: OperatorRequest) throws {
        try execute(
            """
            INSERT INTO operator_request (id, account_id, resource_id, endpoint_id, verb, detail) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                request.id, rows.account, request.resource, request.endpoint, request.verb.stored, request.wish.detail,
            ])
    }

    func update(_ request: Int64, _ wish: OperatorRequest.Wish) throws {
        try execute("UPDATE operator_request SET detail = ? WHERE id = ?", [wish.detail, request])
    }

    func end(_ requests: [Int64]) throws {
        try execute("DELETE FROM operator_request WHERE id IN \(RowSets.keys)", keys: requests)
    }
}

extension OperatorRequest.Wish {
    fileprivate init(_ detail: String?, of verb: OperatorRequest.Verb) {
        switch verb {
        case .resume, .resumeAPI, .poll: self = detail == nil ? .nothingElse : .unreadable
        case .release, .releaseChanges, .dismiss:
            self = detail.map { StoredHeldThings.value(in: $0).map(Self.held) ?? .unreadable } ?? .nothingElse
        case .replay: self = detail.flatMap(StoredReplay.value).map(Self.replay) ?? .unreadable
        case .giveUp, .giveUpAll: self = detail.flatMap { Int64($0) }.map(Self.delivery) ?? .unreadable
        case .discard: self = detail.flatMap(StoredDeadLetters.value).map(Self.letters) ?? .unreadable
        }
    }

    fileprivate var detail: String? {
        switch self {
        case .nothingElse, .unreadable: nil
        case .delivery(let id): String(id)
        case .held(let held): StoredHeldThings.text(held)
        case .letters(let letters): StoredDeadLetters.text(letters)
        case .replay(let request): StoredReplay.text(request)
        }
    }
}
