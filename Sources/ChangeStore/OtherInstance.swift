// What an operator decides of a store whose key leads to another instance, while no daemon runs on it.

import ChangeFeed
import Foundation
import GRDB

extension ChangeStore {
    /// Opens the store in the daemon's place, for a command that is not to make one.
    package static func existing(at path: String) throws(StoreProblem) -> ChangeStore {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
        return try ChangeStore(path: path)
    }

    /// The account's records are those of this instance from now on.
    ///
    /// - Parameter anew: it is another instance indeed: whatever is known of the former one is compared with nothing any
    ///   more, and its quota tells nothing. Events that wait are still delivered.
    /// - Returns: false where no daemon has used the account yet.
    package func takeUp(
        instance: String, anew: Bool, ofAccount name: String, at now: Instant
    ) throws(StoreProblem) -> Bool {
        try usable {
            try pool.write { db in
                let row = try Row.fetchOne(
                    db, sql: "SELECT id, identity FROM account WHERE name = ?", arguments: [name])
                guard let row else { return false }
                let id: Int64 = row["id"]
                try db.execute(
                    sql: "UPDATE account SET instance = ? WHERE id = ?", arguments: [instance.lowercased(), id])
                if anew { try db.forgetInstance(ofAccount: id, identity: row["identity"], for: instance, at: now) }
                return true
            }
        }
    }
}

extension Database {
    fileprivate func forgetInstance(
        ofAccount id: Int64, identity: String, for instance: String, at now: Instant
    ) throws {
        let resources = try Int64.fetchAll(
            self, sql: "SELECT id FROM resource WHERE account_id = ? AND set_aside_at IS NULL", arguments: [id])
        for resource in resources { try carryOut(.setAside(resource), at: now) }
        // Without its id field nothing that is set aside is taken up again.
        try execute(sql: "UPDATE resource SET id_field = NULL WHERE account_id = ?", arguments: [id])
        // Records of two instances may have ids and contents in common, and their events must not have ids in common.
        let anew = Fingerprint(of: Array((identity + "\0" + instance.lowercased()).utf8)[...])
        try execute(
            sql: """
                UPDATE account SET identity = ?, daily_limit = NULL, daily_remaining = NULL, quota_observed_at = NULL,
                    quota_looked_at = NULL, throttled_until = NULL, api_health = NULL WHERE id = ?
                """,
            arguments: [anew.bytes.map { String($0, radix: 16) }.joined(separator: "-"), id])
    }
}
