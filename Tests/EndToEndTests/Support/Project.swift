// Where the project's own files are.

import Foundation

enum Project {
    /// The path of a file of the repository.
    static func file(_ path: String) -> String {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(root)/\(path)"
    }
}
