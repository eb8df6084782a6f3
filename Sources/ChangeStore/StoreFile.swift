// Whether the file of the store is still the one that was opened: files are deleted, replaced and emptied by people.

import ChangeFeed
import Foundation

/// What became of a store under its daemon.
enum StoreLoss: String, Sendable, Equatable, CaseIterable {
    case deleted = "was deleted, or renamed,"
    case replaced = "was replaced by another file"
    case emptied = "was emptied"
    case overwritten = "was overwritten by something else"
    case journalGone = "has lost its -wal file, which held its newest part,"
}

/// What is seen of a store's files at one moment.
struct StoreSight: Sendable, Equatable {
    /// What goes by the store's name; nil where nothing does.
    var named: FileIdentity?
    /// What goes by the name of its journal.
    var journal: FileIdentity?
    /// The first bytes of the file that was opened: SQLite's header, or fewer.
    var header: [UInt8]
}

/// The files of a store as they were opened. SQLite itself reads and writes on without a word when they are gone.
struct StoreFile: Sendable, Equatable {
    static let headerBytes = 100

    let named: FileIdentity
    let journal: FileIdentity?
    /// Written into the file when it was opened, another each time: no other file has it, a copy from yesterday included.
    let mark: Int32

    /// Nil where all is as it was.
    ///
    /// A mark that has not reached the file yet, because somebody reads an older state of it, is no loss.
    func loss(in sight: StoreSight, wasMarked: Bool) -> StoreLoss? {
        guard let current = sight.named else { return .deleted }
        if current != named { return .replaced }
        if wasMarked, !isMarked(sight) { return sight.header.count < Self.headerBytes ? .emptied : .overwritten }
        if let journal, sight.journal != journal { return .journalGone }
        return nil
    }

    func isMarked(_ sight: StoreSight) -> Bool {
        guard sight.header.count == Self.headerBytes else { return false }
        // Where SQLite keeps the user version, its highest byte first.
        let stored = sight.header[60..<64].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Int32(bitPattern: stored) == mark
    }
}

extension StoreLock {
    /// Read through the descriptor of the lock, which stays open: to close another would drop SQLite's own locks.
    func sight() -> StoreSight {
        var header = [UInt8](repeating: 0, count: StoreFile.headerBytes)
        let count = pread(descriptor, &header, header.count, 0)
        return StoreSight(
            named: FileIdentity(at: path), journal: FileIdentity(at: path + "-wal"),
            header: Array(header.prefix(max(0, count))))
    }
}
