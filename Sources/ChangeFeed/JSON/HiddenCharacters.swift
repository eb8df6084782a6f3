// Text from outside that is shown on terminals and in logs must not steer them.

extension Unicode.Scalar {
    /// What a terminal obeys instead of showing it, and what reorders or breaks a line: JSON asks to escape only some.
    package var isHidden: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // The joiners are parts of emoji and of words, and harmless.
        case .format: self != "\u{200C}" && self != "\u{200D}"
        default: false
        }
    }
}

extension String {
    /// Hidden characters as `\uXXXX`, which inside a JSON string means the same.
    ///
    /// - Parameter newlines: whether line breaks stay, as between the parts of a JSON text.
    package func escapingHidden(keepingNewlines newlines: Bool = false) -> String {
        guard unicodeScalars.contains(where: \.isHidden) else { return self }
        var plain = ""
        for scalar in unicodeScalars {
            guard scalar.isHidden, !(newlines && scalar == "\n") else {
                plain.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                plain += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return plain
    }
}
