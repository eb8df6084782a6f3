// Sentences on a terminal, broken between words.

enum WrappedText {
    /// Lines that fit; the ones after the first are indented. A word that is wider than the terminal is left as it is.
    static func lines(_ text: String, width: Int, first: String = "", indent: String = "") -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !isEmpty, line.columns + 1 + String(word).columns > width {
                lines.append(line)
                (line, isEmpty) = (indent, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
