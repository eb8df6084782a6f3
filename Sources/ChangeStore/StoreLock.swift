// One writer process to a store: locks that the kernel drops when their holder dies, however it dies.

import ChangeFeed
import EventStore
import Foundation
import Synchronization

/// Holds the file of a store, by whatever name it was opened, and the name beside it, for as long as it lives.
///
/// The file itself is locked, so that a symbolic or a hard link is no way around it. `<store>.lock` is locked too: it
/// keeps the name taken while a file that was deleted or replaced has not been noticed by its daemon yet.
///
/// SQLite has locks of its own on the file, and the system drops all of those of a process when it closes any descriptor
/// of the file. The one here is therefore closed after SQLite's, and this process never opens the file of a store that it
/// holds already.
final class StoreLock: Sendable {
    /// Of the file of the store.
    let descriptor: Int32
    /// Its name with every link followed: what SQLite names its other files by.
    let path: String
    let identity: FileIdentity
    /// Names of the file; more than one are hard links.
    let names: Int
    private let besideDescriptor: Int32

    private static let held = Mutex<Set<FileIdentity>>([])

    /// Takes the locks at once or not at all, and makes the file where there is none.
    init(on path: String) throws(StoreProblem) {
        // The directory tells as much where the file is yet to be made.
        if let identity = FileIdentity(at: path), Self.held.withLock({ $0.contains(identity) }) {
            throw .inUse(path: path)
        }
        // The records in it are people's data: SQLite gives its other files the permissions of this one.
        let descriptor = try Self.lock(path, ofStore: path)
        guard let real = realpath(path, nil), let status = FileStatus(of: descriptor) else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .unusable(path: path, reason: reason)
        }
        defer { free(real) }
        self.path = String(cString: real)
        do {
            besideDescriptor = try Self.lock(Self.nameBeside(self.path), ofStore: path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        identity = status.identity
        names = status.names
        _ = Self.held.withLock { $0.insert(status.identity) }
        StoreSign.give(by: besideDescriptor)
    }

    /// The file that is locked beside a store.
    static func nameBeside(_ store: String) -> String { store + ".lock" }

    private static func lock(_ path: String, ofStore store: String) throws(StoreProblem) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let cause = errno
            let next =
                FileOwnership(of: path, isForbidden: cause == EACCES)?.remedy
                ?? "Check that its directory exists, and that this user may write there"
            throw .unusable(path: store, reason: "\(path): \(String(cString: strerror(cause))). \(next)")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { throw .inUse(path: store) }
            throw .unusable(path: store, reason: "\(path): \(String(cString: strerror(reason)))")
        }
        return descriptor
    }

    deinit {
        // A process that is being started at this moment shares the descriptors until it has loaded its program, and with
        // them the locks, unless those are given back for all who share them.
        StoreSign.takeBack(from: besideDescriptor)
        for descriptor in [descriptor, besideDescriptor] {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        _ = Self.held.withLock { $0.remove(identity) }
    }
}

/// What makes a file the same whatever it is called.
struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    /// Of the file that goes by this name now, links followed; nil where there is none.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}

/// What the system says of an open file.
struct FileStatus: Sendable, Equatable {
    let identity: FileIdentity
    let names: Int
    let size: Int64

    init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        names = Int(status.st_nlink)
        size = Int64(status.st_size)
    }
}
