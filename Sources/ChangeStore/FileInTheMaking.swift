// A file that comes to be under its name whole, or not at all, whatever ends the program or the machine meanwhile.

import EventStore
import Foundation
import Synchronization

/// A file that is held open, and locked, until nobody has this any more.
private final class FilledFile: Sendable {
    private let descriptor = Mutex<Int32?>(nil)

    deinit {
        if let descriptor = descriptor.withLock({ $0 }) { close(descriptor) }
    }

    /// - Returns: false where it cannot be, as `errno` says.
    func hold(_ path: String) -> Bool {
        let opened = open(path, O_RDWR | O_CLOEXEC)
        guard opened >= 0 else { return false }
        descriptor.withLock { $0 = opened }
        return Leftovers.lock(opened)
    }
}

/// Is written under another name beside its own, which only its owner may read.
struct FileInTheMaking {
    let path: String
    let temporary: String
    private let isReplacing: Bool
    /// Holds a lock until the end of this process at the latest: by that one tells what a killed one has left behind.
    private let descriptor: Int32
    /// The same, of what was filled and took the place of the first.
    private let filled = FilledFile()

    /// - Parameter store: that it is made beside, and whose files it must not take the place of; nil: it is in no file.
    init(path: String, isReplacing: Bool, besides store: String?) throws(StoreCopyProblem) {
        self.path = path
        self.isReplacing = isReplacing
        let (directory, name) = Self.parts(of: path)
        var status = stat()
        if lstat(path, &status) == 0 {
            guard isReplacing else { throw .exists(path: path) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .notWritten(path: path, reason: "it is no plain file")
            }
            let own = store.map { [$0, $0 + "-wal", $0 + "-shm", StoreLock.nameBeside($0)] } ?? []
            guard !own.contains(where: { FileIdentity(at: $0) == FileIdentity(at: path) }),
                StoreSign.isGiven(for: path) != true
            else { throw .isStoreInUse(path: path) }
        }
        guard FileIdentity(at: path + "-wal") == nil else {
            // By its name alone SQLite takes it for the journal of what is put there, and mixes the two.
            throw .notWritten(
                path: path, reason: "\(name)-wal, the journal of another store, lies beside it; move that away")
        }
        let leftovers = Leftovers(of: name, in: directory)
        leftovers.remove()
        var template = Array(leftovers.template.utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .notWritten(path: path, reason: Self.reason(errno)) }
        // Whatever is started meanwhile is not to hold the lock.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard Leftovers.lock(descriptor) || errno != EWOULDBLOCK else {
            // Another program took it for a leftover before it was locked, and removes it.
            close(descriptor)
            throw .notWritten(path: path, reason: "another backup to the same place begins just now; try again")
        }
    }

    /// Where a store is filled that takes the place of the temporary one once it is in one file: a store is locked, and the
    /// lock of the temporary one is for telling what was left behind.
    var filling: String { temporary + Leftovers.filling }

    /// Whatever was filled is the temporary file from now on.
    func takeFilled() throws(StoreCopyProblem) {
        // It is held before it can be found under the name of the first.
        guard filled.hold(filling), rename(filling, temporary) == 0 else {
            throw .notWritten(path: path, reason: Self.reason(errno))
        }
        Leftovers.removeFilling(of: temporary)
    }

    /// So far.
    var bytes: Int {
        var status = stat()
        return stat(temporary, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What is written survives a loss of power before it gets its name, and then its name does.
    ///
    /// - Returns: how many bytes it has.
    func putInPlace() throws(StoreCopyProblem) -> Int {
        let size = bytes
        try sync(temporary)
        var status = stat()
        if !isReplacing, lstat(path, &status) == 0 { throw .exists(path: path) }
        guard rename(temporary, path) == 0 else { throw .notWritten(path: path, reason: Self.reason(errno)) }
        try sync(Self.parts(of: path).directory)
        close(descriptor)
        return size
    }

    func discard() {
        unlink(temporary)
        unlink(temporary + "-journal")
        Leftovers.removeFilling(of: temporary)
        close(descriptor)
    }

    private func sync(_ name: String) throws(StoreCopyProblem) {
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notWritten(path: path, reason: Self.reason(errno)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .notWritten(path: path, reason: Self.reason(errno)) }
    }

    private static func parts(of path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = path[..<slash]
        return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
    }

    private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
