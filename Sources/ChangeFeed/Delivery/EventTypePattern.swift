// Types of events, as filters and commands name them.

/// `contact.*`, `*.deleted`, `lead.created`: a type of events, in which a star stands for one of the two words.
package struct EventTypePattern: Sendable, Hashable {
    package let text: String
    private let object: Substring
    private let kind: Substring

    /// Nil where it can match no type. `*` alone is every type.
    package init?(_ text: String) {
        self.text = text
        if text == "*" {
            (object, kind) = ("*", "*")
            return
        }
        // Names of custom resources may hold dots; the word after the last one is the kind.
        guard let dot = text.lastIndex(of: ".") else { return nil }
        object = text[..<dot]
        kind = text[text.index(after: dot)...]
        guard !object.isEmpty, kind == "*" || ChangeKind(rawValue: String(kind)) != nil else { return nil }
    }

    package func matches(_ type: String) -> Bool {
        guard let dot = type.lastIndex(of: ".") else { return false }
        return (object == "*" || object == type[..<dot]) && (kind == "*" || kind == type[type.index(after: dot)...])
    }

    /// Whether it can match events of this object name.
    package func concerns(typeName: String) -> Bool { object == "*" || object == typeName }
}
