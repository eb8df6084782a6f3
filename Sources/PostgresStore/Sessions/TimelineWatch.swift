// Which servers were left behind by a promotion.

import Foundation
import PostgreSQLClient
import Synchronization

/// Knows the highest timeline that was seen of each cluster: by this process, and by those before it where that is kept in
/// a file. The database itself is no place to keep it: the one that was left behind would not have it.
package final class TimelineWatch: Sendable {
    private struct State {
        /// By the cluster; of one whose identity this user may not see, by an empty text.
        var highest: [String: UInt32] = [:]
        var isKept = false
        /// Whether the file was written since.
        var wasWritten = false
        var problem: String?
    }

    /// Its path; nil: nothing outlives the process.
    private let file: String?
    private let state: Mutex<State>

    /// - Parameter file: lines of a cluster and its timeline. One that is not there, or cannot be read, is none.
    package convenience init(file: String? = nil) {
        let lines = file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        let known = lines.split(separator: "\n").compactMap { line -> (String, UInt32)? in
            let words = line.split(separator: " ")
            guard words.count == 2, let timeline = UInt32(words[1]) else { return nil }
            return (String(words[0]), timeline)
        }
        self.init(file: file, knowing: Dictionary(known, uniquingKeysWith: max))
    }

    init(file: String?, knowing highest: [String: UInt32]) {
        self.file = file
        state = Mutex(State(highest: highest))
    }

    /// From now on what is seen is written to the file, as its daemon does: what only looks leaves no file that is not the
    /// daemon's own.
    func keep() { state.withLock { $0.isKept = true } }

    /// Why it is not known after a restart which server was left behind; nil where it is, or nobody was to keep it and
    /// nothing would keep anybody from it.
    var problem: String? { state.withLock(\.problem) }

    func saw(_ server: PostgreSQLServer) {
        state.withLock { state in
            let cluster = server.cluster ?? ""
            let isNews = server.timeline.map { $0 > state.highest[cluster] ?? 0 } ?? false
            if let timeline = server.timeline, isNews { state.highest[cluster] = timeline }
            // Also to whoever looks whether a daemon could start.
            guard !server.lacksIdentity else {
                (state.problem, state.wasWritten) = (Self.hidden, false)
                return
            }
            guard state.isKept else { return state.problem = nil }
            // The first time also where it is no news: that nothing can be written must not show only when something has to.
            guard isNews || !state.wasWritten else { return }
            state.problem = write(state.highest)
            state.wasWritten = state.problem == nil
        }
    }

    func isLeftBehind(_ server: PostgreSQLServer) -> Bool { objection(to: server) != nil }

    /// Why it is not to be spoken to.
    func objection(to server: PostgreSQLServer) -> PostgreSQLFailure? {
        guard let timeline = server.timeline else { return nil }
        let highest = state.withLock { $0.highest[server.cluster ?? ""] ?? 0 }
        guard timeline < highest else { return nil }
        let place = file.map { " (\($0); delete it where the database was restored from a backup)" } ?? ""
        return PostgreSQLFailure(.leftBehind, "its timeline is \(timeline), and \(highest) was seen before\(place)")
    }

    /// - Returns: why that failed.
    private func write(_ highest: [String: UInt32]) -> String? {
        guard let file else { return Self.notKept("there is no state directory") }
        let lines = highest.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
        do {
            try lines.joined().write(toFile: file, atomically: true, encoding: .utf8)
            return nil
        } catch {
            return Self.notKept("\(file) cannot be written. Make its directory, and let the daemon's user write there")
        }
    }

    private static func notKept(_ reason: String) -> String {
        "a server of PostgreSQL that a promotion left behind is not known as such after a restart: \(reason)"
    }

    private static let hidden = notKept(
        "this user may not see its timeline. GRANT EXECUTE ON FUNCTION pg_control_system, pg_current_wal_lsn and "
            + "pg_walfile_name")
}
