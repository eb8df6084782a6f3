// Daemons that are killed in the middle of their work.

import Foundation
import StartedPrograms
import Testing

extension Stage {
    /// A process that is killed as soon as it has logged so many lines.
    func liveAndDie(lines: Int) async throws {
        let daemon = try startDaemon()
        var left = lines
        // Each line stands between two steps of its work: a page committed, a webhook sent, an answer taken.
        for await _ in daemon.lines {
            left -= 1
            if left == 0 { break }
        }
        daemon.signal(SIGKILL)
        #expect(await daemon.exitStatus == nil)
    }
}
