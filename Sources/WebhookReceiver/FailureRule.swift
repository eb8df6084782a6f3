// The words with which `listen --fail` describes how to answer badly.

import ChangeFeed

extension ReceiverBehaviour.Rule {
    /// What is wrong with a description.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let text: String
        let wrong: String

        package var description: String {
            "\"\(text)\": \(wrong); write ANSWER[:WHEN], such as 503, 503:0.2, 429+retry-after=30:first:2 or timeout"
        }
    }

    /// The grammar, for the help of a command.
    package static let grammar = """
        ANSWER[:WHEN]
        ANSWER: a status (200 to 599; a redirect names another path),
          timeout  no answer, the connection held open
          reset    the connection is closed without an answer
          lost     the event is taken, then the connection closed without an answer
          slow     200, and a body that comes one byte a second
          huge     200, and a body of 1 GiB
        and after a status +retry-after=SECONDS, after anything +delay=SECONDS.
        WHEN: a share of the requests (0.2), first:N, type:contact.* or above:BYTES; left out: always.
        first:N alone means 503:first:N.
        """

    /// Reads a description as the grammar has it.
    package init(text: String) throws(Fault) {
        let text = text.hasPrefix("first:") ? "503:" + text : text
        func fault(_ wrong: String) -> Fault { Fault(text: text, wrong: wrong) }

        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: "+", omittingEmptySubsequences: false)
        guard var answer = ReceiverAnswer(word: words[0]) else {
            throw fault("\"\(words[0])\" is no answer known here")
        }
        for word in words.dropFirst() {
            let pair = word.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let seconds = Double(pair[1]), (0...1_000_000).contains(seconds) else {
                throw fault("\"+\(word)\" is not NAME=SECONDS")
            }
            switch pair[0] {
            case "delay": answer.delay = .microseconds(Int64(seconds * 1_000_000))
            case "retry-after": answer.retryAfterSeconds = Int(seconds)
            default: throw fault("\"\(pair[0])\" is neither delay nor retry-after")
            }
        }
        self.init(answer)
        if parts.count == 2 {
            guard let scope = ReceiverBehaviour.Scope(words: parts[1]) else {
                throw fault("\"\(parts[1])\" is no share from 0 to 1, and neither first:N, type:TYPE nor above:BYTES")
            }
            self.scope = scope
        }
    }
}

extension ReceiverAnswer {
    fileprivate init?(word: Substring) {
        switch word {
        case "timeout": self.init(.silence)
        case "reset": self.init(.reset)
        case "lost": self.init(.lost)
        case "slow": self.init(.slowBody(interval: .seconds(1)))
        case "huge": self.init(.hugeBody(bytes: 1 << 30))
        default:
            guard let status = Int(word), (200...599).contains(status) else { return nil }
            self.init(.status(status), location: (300...399).contains(status) ? "/redirected" : nil)
        }
    }
}

extension ReceiverBehaviour.Scope {
    fileprivate init?(words: Substring) {
        if words.hasPrefix("first:") {
            guard let count = Int(words.dropFirst("first:".count)), count > 0 else { return nil }
            self = .first(count)
        } else if words.hasPrefix("type:") {
            guard let pattern = EventTypePattern(String(words.dropFirst("type:".count))) else { return nil }
            self = .types(pattern)
        } else if words.hasPrefix("above:") {
            guard let bytes = Int(words.dropFirst("above:".count)), bytes >= 0 else { return nil }
            self = .above(bytes: bytes)
        } else {
            guard let share = Double(words), (0...1).contains(share) else { return nil }
            self = .share(share)
        }
    }
}
