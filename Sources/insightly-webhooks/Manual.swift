// What the help of a command and its manual page say besides its options.

enum Manual {
    /// - Parameter examples: each a line to be typed, or one that begins with `#` and says what the next one is for.
    static func discussion(_ text: String, examples: [String]) -> String {
        ([text, "", "EXAMPLES:"] + examples.flatMap(lines)).joined(separator: "\n")
    }

    /// As the shell goes on with a line: the help is wrapped at 80 columns, and whoever copies a line that was gets two.
    private static func lines(_ example: String) -> [String] {
        let (width, indentation) = (80, "  ")
        var (lines, line) = ([String](), indentation + example)
        while line.count > width, let place = line.prefix(width - 2).ranges(of: " -").last?.lowerBound,
            place > line.startIndex
        {
            lines.append(line[..<place] + " \\")
            line = indentation + indentation + "  " + line[place...].drop { $0 == " " }
        }
        return lines + [line]
    }
}
