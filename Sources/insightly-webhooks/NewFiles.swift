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
}

extension [NewFile] {
    /// Each is written under another name first, which nobody else may read, so that none is ever seen half or with wrong
    /// permissions; and all of them before one gets its name. What was there is kept as `.old`.
    func write() throws(NotWritten) {
        var prepared: [PreparedFile] = []
        do throws(NotWritten) {
            for file in self { prepared.append(try PreparedFile(file)) }
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
        guard descriptor >= 0 else { throw NotWritten(path: path, reason: String(cString: strerror(errno))) }
        temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { close(descriptor) }
        var problem = WholeWrite.write(Array(file.text.utf8), to: descriptor)
        if problem == nil, fchmod(descriptor, file.permissions) != 0 || fsync(descriptor) != 0 { problem = errno }
        guard let problem else { return }
        unlink(temporary)
        throw NotWritten(path: path, reason: String(cString: strerror(problem)))
    }

    /// What stands there goes on standing there where this fails.
    func install() throws(NotWritten) {
        if access(path, F_OK) == 0 {
            unlink(path + ".old")
            link(path, path + ".old")
        }
        guard rename(temporary, path) == 0 else {
            throw NotWritten(path: path, reason: String(cString: strerror(errno)))
        }
    }

    func discard() { unlink(temporary) }

    private static func make(_ directory: String, isPrivate: Bool) throws(NotWritten) {
        guard !directory.isEmpty, !FileManager.default.fileExists(atPath: directory) else { return }
        try make((directory as NSString).deletingLastPathComponent, isPrivate: false)
        guard mkdir(directory, isPrivate ? 0o700 : 0o755) == 0 else {
            throw NotWritten(
                path: directory, reason: "the directory cannot be made: \(String(cString: strerror(errno)))")
        }
    }
}
