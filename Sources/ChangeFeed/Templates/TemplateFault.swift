// What is wrong with a date pattern or a poll URL that somebody wrote, in words for that person.

/// A pattern or template that cannot be used. The texts name what was written, so they must not be made from secrets.
package struct TemplateFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong: `"yyyy-QQ" has the letter Q, which is not a part of a date here`.
    package let wrong: String
    /// What would be right, as an instruction: `write one of y M d …`.
    package let right: String

    package init(wrong: String, right: String) {
        self.wrong = wrong
        self.right = right
    }

    package var description: String { "\(wrong); \(right)" }
}
