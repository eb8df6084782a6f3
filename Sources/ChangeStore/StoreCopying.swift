// A consistent copy of a store, made beside a daemon that writes into it all the while.

import ChangeFeed
import EventStore
import Foundation
import GRDB
import GRDBSQLite

/// How many steps of SQLite's there are from one telling of the progress to the next: some thousands of rows.
private let stepsBetweenTellings: Int32 = 50_000

extension SQLiteVisitor {
    /// By one statement in one reading transaction: SQLite's own backup begins anew whenever another process writes,
    /// and so would never end beside a daemon that is busy. The journal of the store grows meanwhile.
    package func copy(
        to path: String, isReplacing: Bool, goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) -> StoreCopy {
        let file = try FileInTheMaking(path: path, isReplacing: isReplacing, besides: self.path)
        return try file.made(goesOn) { () throws(StoreCopyProblem) in try write(to: file, goesOn) }
    }

    private func write(
        to file: FileInTheMaking, _ goesOn: @escaping (CopyProgress) -> Bool
    ) throws(StoreCopyProblem) {
        do {
            try visitAlone { db in
                let size = try Int.fetchOne(
                    db,
                    sql: "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
                        + "pragma_freelist_count, pragma_page_size")
                let telling = Telling { goesOn(.copying(bytes: file.bytes, of: size ?? 0)) }
                try telling.during(stepsBetweenTellings, on: db) {
                    try db.execute(sql: "VACUUM INTO ?", arguments: [file.temporary])
                }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw .stopped
        } catch {
            let problem = StoreProblem(error, path: path)
            switch StoreFailure(error)?.trouble {
            // Nothing is written but the copy.
            case .full?: throw .notWritten(path: file.path, reason: "its disk has no room for the copy")
            case .failing?: throw .notWritten(path: file.path, reason: StoreFailure(error)?.cause ?? "no reason given")
            case .locked?, .unreachable?, .damaged?, nil: throw .store(problem)
            }
        }
    }
}

extension FileInTheMaking {
    /// Writes it, looks it through, and puts it in its place; whatever fails, nothing of it stays.
    func made(
        _ goesOn: @escaping (CopyProgress) -> Bool, by write: () throws(StoreCopyProblem) -> Void
    ) throws(StoreCopyProblem) -> StoreCopy {
        do throws(StoreCopyProblem) {
            try write()
            guard goesOn(.checking) else { throw .stopped }
            let lastSequences = try check(goesOn)
            guard goesOn(.checking) else { throw .stopped }
            return StoreCopy(bytes: try putInPlace(), lastSequences: lastSequences)
        } catch {
            discard()
            throw error
        }
    }

    /// Looks it through for damage.
    ///
    /// - Returns: where the log of each account ends.
    private func check(_ goesOn: @escaping (CopyProgress) -> Bool) throws(StoreCopyProblem) -> [String: Int] {
        let fault: String
        do {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            let copy = try DatabaseQueue(path: temporary, configuration: configuration)
            let telling = Telling { goesOn(.checking) }
            let faults = try copy.read { db in
                try telling.during(stepsBetweenTellings, on: db) {
                    try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
                }
            }
            let lastSequences = faults == ["ok"] ? try copy.read { try $0.lastSequences() } : [:]
            try copy.close()
            if faults == ["ok"] { return lastSequences }
            fault = faults.joined(separator: "; ")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw .stopped
        } catch {
            fault = "\(error)"
        }
        throw .notWritten(path: path, reason: "what was written does not hold together (\(fault))")
    }
}

/// Asks whether to go on, while SQLite works on one statement.
private final class Telling {
    private let goesOn: () -> Bool

    init(_ goesOn: @escaping () -> Bool) {
        self.goesOn = goesOn
    }

    func during<Answer>(_ steps: Int32, on db: Database, _ work: () throws -> Answer) throws -> Answer {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            db.sqliteConnection, steps,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Telling>.fromOpaque(context).takeUnretainedValue().goesOn() ? 0 : 1
            }, context)
        defer {
            sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil)
            withExtendedLifetime(self) {}
        }
        return try work()
    }
}
