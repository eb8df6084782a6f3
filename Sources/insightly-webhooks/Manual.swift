// What the help of a command and its manual page say besides its options.

enum Manual {
    /// - Parameter examples: each a line to be typed, or one that begins with `#` and says what the next one is for.
    static func discussion(_ text: String, examples: [String]) -> String {
        ([text, "", "EXAMPLES:"] + examples.map { "  " + $0 }).joined(separator: "\n")
    }
}
