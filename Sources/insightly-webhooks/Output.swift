// What commands write, for people and for programs. Nothing that comes from outside steers the terminal it is shown on.

import ChangeFeed
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

    /// A line of a record's content or of a receiver's answer, which must not steer the terminal.
    static func line(_ text: String) {
        print(text.escapingHidden())
    }
}
