// Files that a command makes: whole, with the permissions they are to have, all of them or none.

import Daemon
import Foundation

struct NewFile {
    let path: String
    let text: String
    let permissions: mode_t
}

struct NotWritten: Error {
    let path: String
    let reason: String
    /// Whether another user may.
    var isForbidden = false
}

extension [NewFile] {
    /// Each is written under another name first, which nobody else may read, so that none is ever seen half or with wrong
    /// permissions; and all of them before one gets its name. What was there is kept as `.old`, or `.old.1` and so on.
    func write() throws(NotWritten) {
        var prepared: [PreparedFile] = []
        do throws(NotWritten) {
            for file in self { prepared.append(try PreparedFile(file)) }
            for file in prepared { try file.keepWhatIsThere() }
            while let next = prepared.first {
                try next.install()
                prepared.removeFirst()
            }
        } catch {
            for file in prepared { file.discard() }
            throw error
        }
    }
}

/// A file that is written and synced, and has not got its name yet.
private struct PreparedFile {
    private let path: String
    private let temporary: String

    init(_ file: NewFile) throws(NotWritten) {
        path = file.path
        let directory = (path as NSString).deletingLastPathComponent
        try Self.make(directory, isPrivate: file.permissions & 0o077 == 0)
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            let cause = errno
            throw NotWritten(path: path, reason: String(cString: strerror(cause)), isForbidden: cause == EACCES)
        }
        temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { close(descriptor) }
        var problem = WholeWrite.write(Array(file.text.utf8), to: descriptor)
        if problem == nil, fchmod(descriptor, file.permissions) != 0 || fsync(descriptor) != 0 { problem = errno }
        guard let problem else { return }
        unlink(temporary)
        throw NotWritten(path: path, reason: String(cString: strerror(problem)))
    }

    /// Under the first name that is free: what was kept before is the only way back to what somebody wrote by hand.
    func keepWhatIsThere() throws(NotWritten) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        var (kept, number) = (path + ".old", 0)
        while link(path, kept) != 0 {
            guard errno == EEXIST else {
                let cause = String(cString: strerror(errno))
                throw NotWritten(path: path, reason: "what is there cannot be kept as \(kept): \(cause); move it away")
            }
            number += 1
            kept = "\(path).old.\(number)"
        }
    }

    /// What stands there goes on standing there where this fails.
    func install() throws(NotWritten) {
        guard rename(temporary, path) == 0 else {
            throw NotWritten(path: path, reason: String(cString: strerror(errno)))
        }
    }

    func discard() { unlink(temporary) }

    private static func make(_ directory: String, isPrivate: Bool) throws(NotWritten) {
        guard !directory.isEmpty, !FileManager.default.fileExists(atPath: directory) else { return }
        try make((directory as NSString).deletingLastPathComponent, isPrivate: false)
        guard mkdir(directory, isPrivate ? 0o700 : 0o755) == 0 else {
            let cause = errno
            throw NotWritten(
                path: directory, reason: "the directory cannot be made: \(String(cString: strerror(cause)))",
                isForbidden: cause == EACCES)
        }
    }
}
