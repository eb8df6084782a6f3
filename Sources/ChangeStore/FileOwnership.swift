// Whose a file is that this process may not open: what somebody who put it there as another user has to be told.

import Foundation

/// A file that is there and belongs to another user.
struct FileOwnership {
    private let path: String
    private let owner: String
    private let own: String

    /// - Returns: nil where that is not what keeps this process from it.
    init?(of path: String, isForbidden: Bool) {
        var status = stat()
        guard isForbidden, stat(path, &status) == 0, status.st_uid != geteuid() else { return nil }
        self.path = path
        owner = Self.name(of: status.st_uid)
        own = Self.name(of: geteuid())
    }

    /// A sentence that says what to do.
    var remedy: String { "It belongs to \(owner), and this process runs as \(own): chown \(own): \(path)" }

    /// As it is known on this machine; else its number.
    private static func name(of user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? String(user)
    }
}
