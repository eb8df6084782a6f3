// A URL's text with its templates held apart while the URL is taken to pieces.

/// Text whose templates are held apart, so that a URL can be taken to pieces without their quotes, braces and
/// ampersands being taken for its own.
///
/// In the text every template is one character of Unicode's private use area.
struct HeldTemplates {
    let text: String
    private let expressions: [TimeExpression]
    private static let first: UInt32 = 0xE000

    init(parsing source: String) throws(TemplateFault) {
        var text = ""
        var expressions: [TimeExpression] = []
        var rest = source[...]
        while let character = rest.popFirst() {
            if character == "$", rest.first == "{" {
                rest.removeFirst()
                expressions.append(try TimeExpression(parsing: try HeldTemplates.body(&rest)))
                text.unicodeScalars.append(Unicode.Scalar(HeldTemplates.first + UInt32(expressions.count - 1)) ?? " ")
            } else if character == "{" || character == "}" {
                throw TemplateFault(
                    wrong: "there is a lone \(character), as of a place to fill in",
                    right: "fill it in, or write templates as ${…}")
            } else {
                text.append(character)
            }
        }
        guard expressions.count <= 100, !source.unicodeScalars.contains(where: { (0xE000...0xF8FF).contains($0.value) })
        else {
            throw TemplateFault(wrong: "there are too many templates or private characters", right: "shorten it")
        }
        self.text = text
        self.expressions = expressions
    }

    private static func body(_ rest: inout Substring) throws(TemplateFault) -> String {
        var depth = 1
        var body = ""
        while let character = rest.popFirst() {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth == 0 { return body }
            body.append(character)
        }
        throw TemplateFault(wrong: "${\(body) is not closed", right: "close it with }")
    }

    /// A piece of the text for people: `${…}` where a template is held.
    static func shown(_ piece: some StringProtocol) -> String {
        piece.unicodeScalars.reduce(into: "") { text, scalar in
            text += (0xE000...0xF8FF).contains(scalar.value) ? "${…}" : String(scalar)
        }
    }

    /// Puts the templates back into a piece of the text.
    func templated(_ piece: some StringProtocol) -> TemplatedText {
        var pieces: [TemplatedText.Piece] = []
        var literal = String.UnicodeScalarView()
        func closeLiteral() {
            if !literal.isEmpty { pieces.append(.text(String(literal))) }
            literal = .init()
        }
        for scalar in piece.unicodeScalars {
            if scalar.value >= HeldTemplates.first, Int(scalar.value - HeldTemplates.first) < expressions.count {
                closeLiteral()
                pieces.append(.time(expressions[Int(scalar.value - HeldTemplates.first)]))
            } else {
                literal.append(scalar)
            }
        }
        closeLiteral()
        return TemplatedText(pieces: pieces)
    }
}
