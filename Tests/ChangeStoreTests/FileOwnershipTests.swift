// What is said of a file that belongs to another user.

import Foundation
import Testing

@testable import ChangeStore

@Suite("A file of another user")
struct FileOwnershipTests {
    @Test("is named with its owner and the command that gives it back; where it is one's own, that is no reason")
    func remedy() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("owned-\(UUID().uuidString)").path
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect(FileOwnership(of: file, isForbidden: true) == nil)
        // Whoever is not root has root's files to look at.
        let others = geteuid() == 0 ? file : "/etc/passwd"
        if geteuid() == 0 { try #require(chown(file, 12_345, gid_t.max) == 0) }
        #expect(FileOwnership(of: others, isForbidden: false) == nil)
        let remedy = try #require(FileOwnership(of: others, isForbidden: true)).remedy
        let owner = geteuid() == 0 ? "12345" : "root"
        #expect(remedy.hasPrefix("It belongs to \(owner), and this process runs as "), "\(remedy)")
        #expect(remedy.hasSuffix(": \(others)") && remedy.contains("chown "), "\(remedy)")
    }
}
