// One writer process to a store: a lock that the kernel drops when its holder dies, however it dies.

import Foundation

/// Holds `<store>.lock` for as long as it lives.
final class StoreLock: Sendable {
    let descriptor: Int32

    /// Takes the lock at once or not at all.
    init(beside path: String) throws(StoreProblem) {
        let lockPath = path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: "\(lockPath): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { throw .inUse(path: path) }
            throw .unusable(path: path, reason: "\(lockPath): \(String(cString: strerror(reason)))")
        }
        self.descriptor = descriptor
    }

    deinit {
        // A process that is being started at this moment shares the descriptor until it has loaded its program, and with it
        // the lock, unless that is given back for all who share it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
