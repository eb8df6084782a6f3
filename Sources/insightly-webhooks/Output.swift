// What commands write, for people and for programs. Nothing that comes from outside steers the terminal it is shown on.

import ArgumentParser
import ChangeFeed
import Foundation
import Operations

enum Output {
    static func error(_ line: String) {
        // Where even this cannot be said, the exit status is what is left.
        _ = StandardStream.error.write(line + "\n")
    }

    static func json(_ value: some Encodable) throws {
        let text = try AnswerJSON.text(of: value, isPretty: true)
        print(text.escapingHidden(keepingNewlines: true))
    }

    /// One object a line, for programs that read on and on.
    static func jsonLine(_ value: some Encodable) throws {
        print(try AnswerJSON.text(of: value).escapingHidden())
    }

    /// What was printed so far is where it goes.
    static func flush() throws {
        guard fflush(nil) == 0 else {
            error("not all was printed: \(String(cString: strerror(errno)))")
            throw ExitCode.failure
        }
    }

    /// Lines that steer no terminal but by what they were painted with.
    static func lines(_ lines: [String]) {
        for line in lines { print(line) }
    }

    /// A line of a record's content or of a receiver's answer, which must not steer the terminal.
    static func line(_ text: String) {
        print(text.escapingHidden())
    }
}
