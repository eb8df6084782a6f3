// Texts that only look like values: places that a tutorial leaves to be filled in, and masks that an export shows instead.

/// Why a text is not the value that belongs in its place.
enum Placeholder: Equatable {
    case toFillIn
    case mask

    /// What a secret was to be written over: `<YOUR KEY>`, `********`, `xxxx-xxxx`, `changeme`, `${API_KEY}`, `redacted`,
    /// `null`. Nil for what may be a secret.
    init?(secret text: String) {
        let (prefix, body) = Self.parts(of: text.trimmed)
        if let marked = Placeholder(marked: body) {
            self = marked
        } else if Self.isOneLetter(body, behindPrefix: prefix != nil) || Self.masks.contains(body.lowercased()) {
            self = .mask
        } else if Self.isBracketed(body) || Self.isInstruction(body) || Self.isNameOfKey(body) || Self.isNoValue(body) {
            self = .toFillIn
        } else {
            return nil
        }
    }

    /// What a password was to be written over. Words and runs of a digit may be passwords, weak as they are: those that
    /// people gave themselves are no better.
    init?(password text: String) {
        guard let placeholder = Placeholder(secret: text) else { return nil }
        let text = Self.parts(of: text.trimmed).body
        let isMarked = Placeholder(marked: text) != nil || Self.isBracketed(text)
        let isCrossedOut =
            placeholder == .mask && text.lowercased().allSatisfy { "x…".contains($0) || Self.separators.contains($0) }
        guard isMarked || isCrossedOut || Self.isAddressed(text) else { return nil }
        self = placeholder
    }

    /// Only what is marked as one by its brackets, stars or capitals, for texts that may say anything else.
    init?(marked text: String) {
        let text = text.trimmed
        if ["****", "••••", "●●●●"].contains(where: text.contains) || Self.isMarkedMask(text) {
            self = .mask
        } else if Self.isName(text, between: ("<", ">")) || Self.isTemplate(text) {
            self = .toFillIn
        } else {
            return nil
        }
    }

    /// Whether a URL has a place to fill in, or is one as a whole: `https://<your-host>/`, `{{host}}`, `YOUR_CALLBACK_URL`.
    static func isIn(url: String) -> Bool {
        if isInstruction(url) || isBracketed(url) { return true }
        let (path, query) = halves(of: url)
        if [("<", ">"), ("{", "}")].contains(where: { hasPair($0, in: decoded(path)) || hasPair($0, in: query) }) {
            return true
        }
        let authority = url.split(separator: "/").dropFirst().first ?? ""
        return authority.split(whereSeparator: { ".[]:@".contains($0) }).contains { label in
            label.lowercased().hasPrefix("your") && label.contains { "-_".contains($0) } && isInstruction(String(label))
        }
    }

    /// Whether a URL has what may be a place to fill in among its parameters, encoded as somebody would who means it.
    static func mayBeIn(queryOf url: String) -> Bool { hasPair(("<", ">"), in: decoded(halves(of: url).query)) }

    private static func halves(of url: String) -> (path: String, query: String) {
        let halves = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (halves[0], halves.count > 1 ? halves[1] : "")
    }

    private static func decoded(_ text: String) -> String {
        text.replacing("%3C", with: "<").replacing("%3c", with: "<").replacing("%3E", with: ">")
            .replacing("%3e", with: ">")
    }

    private static let prefixes = ["whsec_", "whsk_", "whpk_"]
    private static let separators = "-_ .:"

    private static func parts(of text: String) -> (prefix: String?, body: String) {
        let prefix = prefixes.first(where: text.hasPrefix)
        return (prefix, String(text.dropFirst(prefix?.count ?? 0)))
    }

    /// `xxxx-xxxx`, `0000`, `...`: nothing but one letter. Behind `whsec_`, letters are base64, in which only x is usual
    /// for a mask.
    private static func isOneLetter(_ text: String, behindPrefix: Bool) -> Bool {
        let letters = text.lowercased().filter { !separators.contains($0) }
        guard let first = letters.first else { return text.count >= 3 }
        guard letters.allSatisfy({ $0 == first }) else { return false }
        if first == "…" { return true }
        return letters.count >= 3 && (!behindPrefix || first == "x" || !first.isLetter && !first.isNumber)
    }

    private static func isBracketed(_ text: String) -> Bool {
        // Others write these around anything; around a name of a secret they are a place of Maven's or of its like.
        let isOfBuild = [("@", "@"), ("__", "__")].contains { brackets in
            let folded = text.lowercased().filter { !separators.contains($0) && $0 != "@" }
            return isName(text, between: brackets) && text == text.uppercased() && isMade(folded[...], of: things)
        }
        let isVariable =
            text.hasPrefix("$") && text.count > 2
            && text.dropFirst().allSatisfy { $0 == "_" || $0.isASCII && ($0.isUppercase || $0.isNumber) }
        return isVariable || isOfBuild
            || [("{", "}"), ("[", "]"), ("%", "%"), ("$(", ")")].contains(where: { isName(text, between: $0) })
    }

    /// Whether there is nothing but a name of letters between the brackets.
    private static func isName(_ text: String, between brackets: (open: String, close: String)) -> Bool {
        guard text.hasPrefix(brackets.open), text.hasSuffix(brackets.close) else { return false }
        let name = text.dropFirst(brackets.open.count).dropLast(brackets.close.count)
        return name.count(where: \.isLetter) >= 2
            && name.allSatisfy { $0.isLetter || $0.isNumber || separators.contains($0) }
    }

    /// `(hidden)`, `*** hidden ***`, `[REDACTED]`; and `REDACTED`, which is no word of anybody's.
    private static func isMarkedMask(_ text: String) -> Bool {
        if text == "REDACTED" { return true }
        func isPunctuation(_ character: Character?) -> Bool { character.map { !$0.isLetter && !$0.isNumber } ?? false }
        guard isPunctuation(text.first), isPunctuation(text.last) else { return false }
        let said = text.lowercased().filter { !isPunctuation($0) }
        return masks.contains(where: said.contains) && isMade(said[...], of: masks + besideMasks)
    }

    /// A place in the language of a template: `<%= ENV['KEY'] %>`, `#{KEY}`, `${{ secrets.KEY }}`, `{{ key | trim }}`. The
    /// language has names and some signs; what a random text holds between such brackets has others too.
    private static func isTemplate(_ text: String) -> Bool {
        let brackets = [("<%", "%>"), ("{{", "}}"), ("${", "}"), ("#{", "}"), ("%{", "}")]
        guard let (open, close) = brackets.first(where: { text.hasPrefix($0.0) && text.hasSuffix($0.1) }) else {
            return false
        }
        let inside = text.dropFirst(open.count).dropLast(close.count)
        return zip(inside, inside.dropFirst()).contains { $0.isLetter && $1.isLetter }
            && inside.allSatisfy { $0.isLetter || $0.isNumber || separators.contains($0) || templateSigns.contains($0) }
    }

    /// `api-key`, `insightly_api_key`, `signature-key`: what the secret is called, in place of it.
    private static func isNameOfKey(_ text: String) -> Bool {
        let folded = text.lowercased().filter { !separators.contains($0) }
        return ["signaturekey", "signingkey"].contains(folded)
            || folded.count <= 64 && folded.contains("apikey") && isMade(folded[...], of: things)
    }

    /// What programs write where there is no value, and descriptions of an API where one belongs.
    private static func isNoValue(_ text: String) -> Bool {
        text == "None" || ["null", "nil", "undefined", "string"].contains(text.lowercased())
    }

    private static func hasPair(_ brackets: (open: Character, close: Character), in text: String) -> Bool {
        guard let open = text.firstIndex(of: brackets.open) else { return false }
        return text[open...].contains(brackets.close)
    }

    /// `your-api-key-here`, `CHANGE_ME`; or a name in capitals, `API_KEY`. Made of nothing but such words: a real secret
    /// may well begin with one.
    private static func isInstruction(_ text: String) -> Bool {
        let folded = text.lowercased().filter { !separators.contains($0) }
        guard (3...64).contains(folded.count), isMade(folded[...], of: calls + things) else { return false }
        let isName = text.contains("_") && text == text.uppercased()
        return isName || calls.contains(where: folded.contains)
    }

    /// An instruction that is told to somebody.
    private static func isAddressed(_ text: String) -> Bool {
        isInstruction(text) && addresses.contains(where: text.lowercased().contains)
    }

    private static func isMade(_ text: Substring, of words: [String]) -> Bool {
        text.isEmpty || words.contains { text.hasPrefix($0) && isMade(text.dropFirst($0.count), of: words) }
    }

    /// Words that loggers and exports write over a secret, and those that they put beside them.
    private static let masks = [
        "redacted", "masked", "hidden", "filtered", "removed", "censored", "obfuscated", "scrubbed", "sanitized",
        "sanitised", "omitted", "withheld", "concealed",
    ]
    private static let besideMasks = [
        "value", "key", "secret", "token", "password", "api", "data", "field", "content", "sensitive", "for", "by",
        "the", "security", "reasons", "in", "logs",
    ]
    private static let templateSigns = "'\"[]()|=/,?{}$"
    /// Words that tell somebody to do something.
    private static let calls = addresses + ["change", "optional", "todo", "tbd", "placeholder", "here"]
    private static let addresses = ["your", "insert", "replace", "enter", "paste", "fill"]
    private static let things = [
        "my", "event", "notification", "insightly", "api", "key", "secret", "signature", "signing", "webhook",
        "password",
        "token", "private", "callback", "url", "me", "it", "in", "the", "with", "this", "value", "host", "server",
        "domain", "name", "endpoint", "site", "app", "company",
    ]
}

extension Placeholder {
    /// The fault, without the text, which may be a secret after all.
    func fault(right: String) -> ValueFault {
        switch self {
        case .toFillIn: ValueFault(wrong: "is a place to fill in", right: right)
        case .mask: ValueFault(wrong: "is a mask, as is shown in place of a secret", right: right)
        }
    }
}
