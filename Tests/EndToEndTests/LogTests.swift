// The log of the real program where nobody reads it, and where it has no place to go.

import Foundation
import StartedPrograms
import Testing

@Suite("Where the log goes", .timeLimit(.minutes(60)))
struct LogTests {
    @Test("A log that nobody reads stops neither the deliveries nor the stop")
    func unread() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon(shell: "exec \"$@\"", isRead: false)
            // Their lines are many times what the pipe holds.
            try await stage.took.wait { $0.count >= 90 }
            daemon.signal(SIGTERM)
            #expect(await daemon.exitStatus == 0)
        }
    }

    @Test("Standard descriptors that are closed at the start are no place for the store or a connection")
    func closedDescriptors() async throws {
        try await Stage.set { stage in
            try stage.configure(["event.poller.start": #""beginning""#])
            let daemon = try stage.startDaemon(shell: "exec \"$@\" 0<&- 1>&- 2>&-")
            try await stage.took.wait { $0.count >= 20 }
            let descriptors = daemon.descriptors
            #expect((0...2).map { descriptors[$0] } == ["/dev/null", "/dev/null", "/dev/null"])
            #expect(await daemon.stop() == 0)
        }
    }
}
