// A store by the path of its file.

import ChangeFeed
import EventStore
import Foundation
import GRDB

package struct SQLiteLocation: StoreLocation {
    package let place: String
    package var words: [StoreTrouble: String] { FileTrouble.words }

    package init(path: String) {
        place = path
    }

    package func open() throws(StoreProblem) -> any StateStore { try ChangeStore(path: place) }

    package func openExisting() throws(StoreProblem) -> any StateStore {
        guard FileManager.default.fileExists(atPath: place) else { throw .missing(path: place) }
        return try ChangeStore(path: place)
    }

    package func openTarget(movedFrom source: String) throws(StoreProblem) -> any StateStore {
        try ChangeStore(path: place, movedFrom: source)
    }

    package func visit(account: String, isReadOnly: Bool) throws(StoreProblem) -> any StoreVisitor {
        try SQLiteVisitor(path: place, account: account, isReadOnly: isReadOnly)
    }
}

// MARK: - What its daemon holds of it

extension ChangeStore: StateStore {
    package var location: any StoreLocation { SQLiteLocation(path: path) }

    package var warnings: [String] {
        guard names > 1 else { return [] }
        return [
            """
            the state store has \(names) names (hard links). Its -wal file belongs to one of them: opened by \
            another, it would lack its newest part. Keep one name, and copy where a copy is meant
            """
        ]
    }

    package func dropUnneeded() throws -> Bool {
        _ = try pruneDictionaries()
        return false
    }

    /// Deliveries and the like have numbers that no two accounts share.
    package var sharesNumbers: Bool { true }

    package func accountNames() throws -> [String] {
        try pool.read { try String.fetchAll($0, sql: "SELECT name FROM account ORDER BY id") }
    }

    package func endMove() throws { try pool.write { try $0.execute(sql: UnfinishedMove.drop) } }

    package func giveRoomBack() throws -> Bool { try shrink(pages: Limits.pagesGivenBackAtOnce) }

    package func failure(behind error: any Error) -> StoreFailure? { StoreFailure(error) }

    package func problem(behind error: any Error) -> StoreProblem { StoreProblem(error, path: path) }

    package func anotherInstance(known: String, found: String) -> StoreProblem {
        .ofAnotherInstance(path: path, known: known, found: found)
    }
}
