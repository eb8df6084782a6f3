// The verb that makes the file smaller.

import GRDB

extension ChangeStore {
    /// Gives free pages of the file back to the system, at most so many, and says whether there are more.
    package func shrink(pages: Int) throws -> Bool {
        try pool.writeWithoutTransaction { db in
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            // Few are soon needed again.
            guard free > pages else { return false }
            try db.execute(sql: "PRAGMA incremental_vacuum(\(pages))")
            return free > 2 * pages
        }
    }
}
