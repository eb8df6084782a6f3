// Files that a command makes: whole, with the permissions they are to have, and not in the place of others.

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

extension NewFile {
    /// Under another name first, which nobody else may read, so that it is never seen half or with wrong permissions. What
    /// was there is kept as `.old`.
    func write() throws(NotWritten) {
        let directory = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw NotWritten(path: directory, reason: "the directory cannot be made: \(error.localizedDescription)")
        }
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure }
        let temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let problem = Self.fill(descriptor, with: text, permissions)
        close(descriptor)
        if problem == nil, access(path, F_OK) == 0 { rename(path, path + ".old") }
        guard problem == nil, rename(temporary, path) == 0 else {
            let problem = problem ?? failure
            unlink(temporary)
            throw NotWritten(path: path, reason: problem.reason)
        }
    }

    private static func fill(_ descriptor: Int32, with text: String, _ permissions: mode_t) -> NotWritten? {
        if let number = WholeWrite.write(Array(text.utf8), to: descriptor) {
            return NotWritten(path: "", reason: String(cString: strerror(number)))
        }
        guard fchmod(descriptor, permissions) == 0, fsync(descriptor) == 0 else {
            return NotWritten(path: "", reason: String(cString: strerror(errno)))
        }
        return nil
    }

    private var failure: NotWritten { NotWritten(path: path, reason: String(cString: strerror(errno))) }
}
