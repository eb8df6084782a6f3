// All that a daemon says, kept, for tests that look for several lines of it in whatever order they come.

import StartedPrograms
import WebhookReceiver

final class DaemonLog: Sendable {
    private let said = Watched<[String]>([])
    private let reading: Task<Void, Never>

    /// Nobody else may read the lines of the program.
    init(of program: RunningProgram) {
        reading = Task { [said] in
            for await line in program.lines { said.update { $0.append(line) } }
        }
    }

    /// Returns once it has said this.
    func says(_ words: String) async throws {
        try await said.wait { $0.contains { $0.contains(words) } }
    }

    /// The lines that are neither debugging nor its diary; to be asked once it has ended.
    var complaints: [String] {
        get async {
            await reading.value
            return said.read { $0 }.filter { $0.contains(#""level":"warning""#) || $0.contains(#""level":"error""#) }
        }
    }
}
