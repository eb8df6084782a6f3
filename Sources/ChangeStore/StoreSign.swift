// Whether a daemon has a store open, for whoever only looks.

import Foundation

/// A second lock on the file beside a store, which can be seen without being taken: to try the one that keeps other
/// daemons out would keep one out that is starting at that moment. The kernel takes it back however its holder ends.
enum StoreSign {
    #if os(Linux)
        // Of fcntl(2): locks that belong to an open file and not to a process, which the C library shows to GNU's dialect alone.
        private static let (look, take): (Int32, Int32) = (36, 37)
    #else
        private static let (look, take): (Int32, Int32) = (92, 90)
    #endif

    /// - Parameter descriptor: of the file beside the store, opened to be written; the sign goes with its last copy.
    static func give(by descriptor: Int32) {
        var lock = whole(F_WRLCK)
        _ = fcntl(descriptor, take, &lock)
    }

    static func takeBack(from descriptor: Int32) {
        var lock = whole(F_UNLCK)
        _ = fcntl(descriptor, take, &lock)
    }

    /// Whether somebody gives it; nil where that cannot be seen.
    ///
    /// - Parameter path: of the store, by any symbolic link.
    static func isGiven(for path: String) -> Bool? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        let descriptor = open(StoreLock.nameBeside(String(cString: real)), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { close(descriptor) }
        var lock = whole(F_RDLCK)
        guard fcntl(descriptor, look, &lock) == 0 else { return nil }
        return lock.l_type != Int16(F_UNLCK)
    }

    private static func whole(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
