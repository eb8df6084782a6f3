// What a command answers that asks the daemon for something: a sentence, or the same for programs.

import ArgumentParser
import ChangeFeed
import Operations

struct AskedAnswer: Encodable {
    /// Whether the daemon has something to do now.
    var requested: Bool
    /// Whether one runs that does it; left out where this user may not see it.
    var daemonRuns: Bool?
    var resource: String?
    /// Where it may be about several.
    var resources: [String]?
    var endpoint: String?
    /// How many deliveries it is about.
    var deliveries: Int?

    init(_ requested: Bool, in scope: OperationScope) {
        self.requested = requested
        daemonRuns = scope.hasDaemon
    }
}

/// How a command answers that asks the daemon for something.
struct AnswerOptions: ParsableArguments {
    @Flag(help: "As one JSON object, for programs.")
    var json = false

    func say(_ sentence: String, _ answer: AskedAnswer) throws {
        if json { try Output.json(answer) } else { Output.line(sentence) }
    }
}
