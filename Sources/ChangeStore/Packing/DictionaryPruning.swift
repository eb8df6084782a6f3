// Dictionaries that nothing is packed by any more go.

import ChangeFeed
import Foundation
import GRDB
import StoredForms

extension ChangeStore {
    /// Removes the dictionaries that no row needs, but for those that rows are packed by from now on, and says how many
    /// went.
    package func pruneDictionaries() throws -> Int {
        // Many rows may have to be looked at. That is done without the write lock, and with it only where one is to go.
        guard try pool.read({ try !$0.idleDictionaries(of: packing).isEmpty }) else { return 0 }
        return try pool.write { db in
            let idle = try db.idleDictionaries(of: packing)
            for (number, resource) in idle {
                try db.execute(sql: "DELETE FROM dictionary WHERE number = ?", arguments: [number])
                db.afterNextTransaction { [packing] _ in packing.dismiss(number, of: resource) }
            }
            return idle.count
        }
    }
}

extension Database {
    fileprivate func idleDictionaries(of packing: Packing) throws -> [(number: UInt32, resource: Int64)] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT number, resource_id, set_aside_at IS NOT NULL AS is_aside FROM dictionary
                JOIN resource ON resource.id = resource_id
                """)
        return try rows.compactMap { row in
            let (number, resource): (UInt32, Int64) = (row["number"], row["resource_id"])
            let isInUse = packing.dictionary(of: resource)?.number == number && !(row["is_aside"] as Bool)
            return try isInUse || needs(dictionary: number) ? nil : (number, resource)
        }
    }

    /// Whether a row is packed by it.
    private func needs(dictionary number: UInt32) throws -> Bool {
        let head = Data(PackedForm.head(ofFrameBy: number))
        let rows = [
            ("known_record", "content"), ("unstamped_change", "content"), ("fold", "base"), ("fold", "body"),
            ("event", "body"),
        ].map { "SELECT 1 FROM \($0) WHERE substr(\($1), 1, \(head.count)) = ?1" }
        return try Bool.fetchOne(
            self, sql: "SELECT EXISTS (\(rows.joined(separator: " UNION ALL ")))", arguments: [head]) ?? true
    }
}
