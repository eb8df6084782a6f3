// What a program that was killed has left of files in the making.

import Foundation

/// The unfinished files for one target. A program locks what it writes for as long as it lives, and the kernel drops the
/// lock however it dies: what is not locked is nobody's any more.
struct Leftovers {
    private static let mark = ".backup-"
    private static let letters = "XXXXXX"

    private let directory: String
    private let beginning: String

    /// - Parameter name: the target's, in its directory.
    init(of name: String, in directory: String) {
        self.directory = directory
        beginning = ".\(name)\(Self.mark)"
    }

    /// For `mkstemp`, of this target alone: nothing else that lies there is taken for a leftover by its name.
    var template: String { "\(directory)/\(beginning)\(Self.letters)" }

    /// - Returns: false where another program holds it, or the file system knows no locks.
    static func lock(_ descriptor: Int32) -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// What cannot be removed stays: it is in nobody's way.
    func remove() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let length = beginning.utf8.count + Self.letters.utf8.count
        for name in names where name.hasPrefix(beginning) && name.utf8.count == length {
            removeUnlessHeld("\(directory)/\(name)")
        }
    }

    private func removeUnlessHeld(_ path: String) {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            Self.lock(descriptor)
        else { return }
        unlink(path)
        unlink(path + "-journal")
        Self.removeFilling(of: path)
    }

    /// Behind the name of a file in the making: a store that is filled.
    static let filling = "-filling"

    static func removeFilling(of path: String) {
        for end in ["", "-wal", "-shm"] { unlink(path + filling + end) }
        unlink(StoreLock.nameBeside(path + filling))
    }
}
