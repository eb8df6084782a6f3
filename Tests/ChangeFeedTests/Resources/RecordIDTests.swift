// Ids are numbers where nothing is lost by it, and texts else.

import ChangeFeed
import Testing

@Suite("Ids of records")
struct RecordIDTests {
    @Test(
        "An id is a number where it would be written back the same",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("366638973", 366_638_973), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", Int64.min),
        ] as [(String, Int64)])
    func numbers(_ text: String, _ number: Int64) {
        let id = RecordID(text)
        #expect(id.number == number)
        #expect(id.text == text)
        #expect(id == RecordID(number))
        #expect(id.hashValue == RecordID(number).hashValue)
    }

    @Test(
        "What would be written another way is a text, to the byte",
        arguments: [
            "", "-", "+7", "007", "-0", "00", "-07", "7 ", " 7", "1.0", "1e3", "12a", "٣", "9223372036854775808",
            "-9223372036854775809", "99999999999999999999999999", "e\u{301}", "\u{e9}",
        ])
    func texts(_ text: String) {
        let id = RecordID(text)
        #expect(id.number == nil)
        #expect(Array(id.text.utf8) == Array(text.utf8))
    }

    @Test("Two ways of writing one letter are two ids")
    func letters() {
        #expect(RecordID("e\u{301}") != RecordID("\u{e9}"))
        #expect(Set([RecordID("e\u{301}"), RecordID("\u{e9}"), RecordID("\u{e9}")]).count == 2)
    }

    @Test("Numbers come before texts, numbers by their value and texts by their bytes")
    func order() {
        let texts = ["-12", "-3", "0", "9", "10", "", "-0", "007", "A", "a", "e\u{301}", "\u{e9}"]
        let ids = texts.map { RecordID($0) }
        #expect(ids.shuffled().sorted() == ids)
    }
}
