// A file read to its end, whatever kind of file it is.

import Foundation

/// Foundation's own readers fail on a pipe, and take the first piece of a file without a size for all of it; so a
/// configuration out of another program (`--config <(…)`) would be unreadable, or cut.
enum WholeFile {
    /// - Throws: Foundation's error, with the system's reason under it.
    static func bytes(at path: String) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var bytes: [UInt8] = []
        while let piece = try file.read(upToCount: 65_536), !piece.isEmpty { bytes += piece }
        return bytes
    }
}
