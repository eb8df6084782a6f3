// What text is shown on: a terminal of some width, or anything else, which takes lines as they are.

import ChangeFeed

/// How something is shown that is more than its text.
package enum Style: String, Sendable {
    case strong = "1"
    case dim = "2"
    case bad = "31"
    case good = "32"
    case warning = "33"
    case changed = "36"
}

package struct Screen: Sendable {
    /// In columns; nil where it is no terminal, and nothing is cut.
    package var width: Int?
    package var isColoured: Bool

    package init(width: Int?, isColoured: Bool) {
        self.width = width
        self.isColoured = isColoured
    }

    package static let file = Screen(width: nil, isColoured: false)

    /// - Parameters:
    ///   - width: that the system says the terminal has; nil where it is none.
    ///   - environment: of it count `COLUMNS`, `NO_COLOR` and `TERM`.
    package init(terminalWidth width: Int?, environment: [String: String]) {
        guard let width else {
            self = .file
            return
        }
        let named = environment["COLUMNS"].flatMap { Int($0) }
        let isPlain = environment["NO_COLOR"]?.isEmpty == false || environment["TERM"] == "dumb"
        // A terminal that does not know how wide it is says 0.
        self.init(width: max([named, width].compactMap(\.self).first { $0 > 0 } ?? 80, 20), isColoured: !isPlain)
    }

    package var isTerminal: Bool { width != nil }
}

extension Screen {
    /// - Parameter text: that nothing in it steers a terminal, is for the caller to see to.
    func paint(_ text: String, _ style: Style?) -> String {
        guard isColoured, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}

/// A piece of text with what is special about it. What comes from outside cannot steer the terminal it is shown on.
package struct Phrase: Sendable, Equatable, ExpressibleByStringInterpolation {
    private struct Run: Sendable, Equatable {
        var text: String
        var style: Style?
    }

    private var runs: [Run]

    package init(_ text: String, _ style: Style? = nil) {
        runs = [Run(text: text.escapingHidden(), style: style)]
    }

    package init(stringLiteral value: String) { self.init(value) }

    package static func + (left: Phrase, right: Phrase) -> Phrase {
        var both = left
        both.runs += right.runs
        return both
    }

    package var plain: String { runs.map(\.text).joined() }
    package var isEmpty: Bool { runs.allSatisfy(\.text.isEmpty) }
    var columns: Int { runs.reduce(0) { $0 + $1.text.columns } }

    package func text(on screen: Screen) -> String {
        runs.map { screen.paint($0.text, $0.style) }.joined()
    }

    /// Its beginning, with … for what is cut off.
    func cut(to columns: Int) -> Phrase {
        guard self.columns > columns else { return self }
        var (room, cut) = (columns - 1, self)
        cut.runs = []
        for run in runs where room >= 0 {
            let part = run.text.beginning(columns: room)
            cut.runs.append(Run(text: part.count < run.text.count ? part + "…" : part, style: run.style))
            room = part.count < run.text.count ? -1 : room - part.columns
        }
        return cut
    }
}
