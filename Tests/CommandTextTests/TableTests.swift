// Tables on terminals of any width, and on none.

import Testing

@testable import CommandText

@Suite("Tables")
struct TableTests {
    private func table() -> Table {
        var table = Table([
            .init("NUMBER", isNumber: true), .init("TYPE"), .init("RECORD", least: 8), .init("NOTE", isSpare: true),
            .init("NOTHING"),
        ])
        table.add(["7", "contact.updated", "contacts/366638973", "again", ""])
        table.add(["1234567", "lead.created", "leads/1", "", ""])
        return table
    }

    @Test("Heads and cells stand under each other, numbers by their last digit, and a column of nothing is left out")
    func whole() {
        #expect(
            table().lines(on: .file) == [
                " NUMBER  TYPE             RECORD              NOTE",
                "      7  contact.updated  contacts/366638973  again",
                "1234567  lead.created     leads/1",
            ])
    }

    @Test("No line is wider than the terminal: what may be cut is cut, then what is spare goes", arguments: 34...60)
    func fits(width: Int) {
        let lines = table().lines(on: Screen(width: width, isColoured: false))
        #expect(lines.allSatisfy { $0.columns <= width }, "\(lines)")
        #expect(lines[1].contains("contact.updated"))
        #expect(lines[0].contains("NOTE") == (width >= 41))
        #expect(lines[1].contains("…") == (width < 51 && (width >= 41 || width < 44)), "\(lines[1])")
    }

    @Test("A table that has no room at all is as narrow as it may be")
    func noRoom() {
        let lines = table().lines(on: Screen(width: 20, isColoured: false))
        #expect(lines[1] == "      7  contact.updated  contact…")
    }

    @Test("Colours take no room, and what is foreign steers no terminal")
    func colours() {
        var table = Table([.init("A", least: 4), .init("B")])
        table.add([Phrase("red\u{1B}[2J", .bad), "x"])
        let lines = table.lines(on: Screen(width: 40, isColoured: true))
        #expect(lines[0] == "\u{1B}[2mA\u{1B}[0m" + String(repeating: " ", count: 11) + "  \u{1B}[2mB\u{1B}[0m")
        #expect(lines[1] == "\u{1B}[31mred\\u001b[2J\u{1B}[0m  x")
        let cut = table.lines(on: Screen(width: 8, isColoured: true))
        #expect(cut[1] == "\u{1B}[31mred\\…\u{1B}[0m  x")
    }

    @Test("Wide letters count twice, letters of several marks once")
    func width() {
        #expect("日本".columns == 4 && "e\u{301}".columns == 1 && "🎉".columns == 2)
        #expect(Phrase("日本語").cut(to: 4).plain == "日…")
        #expect(Phrase("abc").cut(to: 3).plain == "abc" && Phrase("abcd").cut(to: 3).plain == "ab…")
        let two = Phrase("abc") + Phrase("def", .bad)
        #expect((3...5).map { two.cut(to: $0).plain } == ["ab…", "abc…", "abcd…"])
    }

    @Test("Colours are for terminals that want them")
    func screens() {
        #expect(!Screen(terminalWidth: nil, environment: ["COLUMNS": "90"]).isTerminal)
        let usual = Screen(terminalWidth: 100, environment: ["TERM": "xterm", "NO_COLOR": ""])
        #expect(usual.isColoured && usual.width == 100)
        #expect(!Screen(terminalWidth: 100, environment: ["NO_COLOR": "1"]).isColoured)
        #expect(!Screen(terminalWidth: 100, environment: ["TERM": "dumb"]).isColoured)
        #expect(Screen(terminalWidth: 0, environment: [:]).width == 80)
        #expect(Screen(terminalWidth: 100, environment: ["COLUMNS": "60"]).width == 60)
    }
}
