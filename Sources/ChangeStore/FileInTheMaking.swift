// A file that comes to be under its name whole, or not at all, whatever ends the program or the machine meanwhile.

import Foundation

/// Is written under another name beside its own, which only its owner may read.
struct FileInTheMaking {
    let path: String
    let temporary: String
    private let isReplacing: Bool

    /// - Parameter store: that it is made beside, and whose files it must not take the place of.
    init(path: String, isReplacing: Bool, besides store: String) throws(StoreCopyProblem) {
        self.path = path
        self.isReplacing = isReplacing
        let (directory, name) = Self.parts(of: path)
        var status = stat()
        if lstat(path, &status) == 0 {
            guard isReplacing else { throw .exists(path: path) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .notWritten(path: path, reason: "it is no plain file")
            }
            let own = [store, store + "-wal", store + "-shm", StoreLock.nameBeside(store)]
            guard !own.contains(where: { FileIdentity(at: $0) == FileIdentity(at: path) }),
                StoreSign.isGiven(for: path) != true
            else { throw .isStoreInUse(path: path) }
        }
        guard FileIdentity(at: path + "-wal") == nil else {
            // By its name alone SQLite takes it for the journal of what is put there, and mixes the two.
            throw .notWritten(
                path: path, reason: "\(name)-wal, the journal of another store, lies beside it; move that away")
        }
        var template = Array("\(directory)/.\(name).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .notWritten(path: path, reason: Self.reason(errno)) }
        close(descriptor)
        temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
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
        return size
    }

    func discard() {
        unlink(temporary)
        unlink(temporary + "-journal")
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
