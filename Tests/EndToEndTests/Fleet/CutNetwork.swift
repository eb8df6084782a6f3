// The network between one daemon and the database, which can be cut.

import Foundation
import StartedPrograms

/// A program that passes on, and drops all without a word while it is stopped.
struct CutNetwork {
    let places: String
    private let program: RunningProgram

    /// - Parameter folder: where its own sockets are.
    init(to database: MovingDatabase, in folder: String) async throws {
        places = folder + "/p"
        for place in 0..<database.count {
            try FileManager.default.createDirectory(
                atPath: "\(places)\(place)", withIntermediateDirectories: true)
        }
        program = try RunningProgram(
            "/usr/bin/python3",
            [Project.file("Tests/Network/pass_on.py"), places, database.places, String(database.count)])
        for await line in program.lines {
            if line == "passes on" { return }
            throw CannotPassOn(said: line)
        }
        throw CannotPassOn(said: "nothing")
    }

    func cut() { program.signal(SIGSTOP) }

    /// What was under way comes late.
    func mend() { program.signal(SIGCONT) }
}

private struct CannotPassOn: Error {
    let said: String
}
