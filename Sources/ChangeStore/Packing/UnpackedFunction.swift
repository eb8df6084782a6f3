// Unpacking within statements.

import Foundation
import GRDB
import StoredForms

extension Packing {
    /// In statements, `unpacked(bytes)` does what `unpack` does. What cannot be unpacked is NULL there: a row is then read as
    /// one whose bytes were damaged.
    func addFunctions(to db: Database) {
        db.add(
            function: DatabaseFunction("unpacked", argumentCount: 1) { [self] values in
                guard let stored = Data.fromDatabaseValue(values[0]) else { return nil }
                return self.unpack(stored).map { Data($0) }
            })
    }
}
