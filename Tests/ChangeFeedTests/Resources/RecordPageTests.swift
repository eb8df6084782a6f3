// A page is read whole or not at all.

import Testing

@testable import ChangeFeed

@Suite("Pages of records")
struct RecordPageTests {
    @Test("Each record is the bytes it was received in, in order")
    func records() throws {
        let texts = [SampleRecords.contact(), "{ \"CONTACT_ID\" : 1.0 }", SampleRecords.largeOrganisation(), "{}"]
        let page = Array("\u{FEFF} [ \(texts.joined(separator: " ,\r\n ")) ]\n".utf8)
        #expect(try RecordPage.read(page).records.map { String(decoding: $0.bytes, as: UTF8.self) } == texts)
    }

    @Test("Past the last record the page is empty", arguments: ["[]", " [ ] "])
    func empty(text: String) throws {
        #expect(try RecordPage.read(Array(text.utf8)).records.isEmpty)
    }

    @Test(
        "Something else says what it is",
        arguments: [
            ("", .empty, 0), ("<!DOCTYPE html><html>", .htmlPage, 0), ("\n <html>", .htmlPage, 2),
            (#"{"Message":"no"}"#, .notAPage(found: .object), 0), ("null", .notAPage(found: .null), 0),
            ("\"x\"", .notAPage(found: .string), 0), ("[{},1]", .notARecord(found: .number), 4),
            ("[[]]", .notARecord(found: .array), 1), ("[{}] <!-- -->", .trailingBytes, 5),
            (#"{"Message":"#, .truncated, 11), ("Service Unavailable", .unexpectedByte(0x53), 0),
        ] as [(String, JSONProblem.Fault, Int)])
    func otherTexts(text: String, fault: JSONProblem.Fault, offset: Int) {
        #expect(throws: JSONProblem(fault, at: offset)) { try RecordPage.read(Array(text.utf8)) }
    }

    @Test("A page that is cut anywhere never passes for a shorter one")
    func everyCut() throws {
        let page = SampleRecords.page([SampleRecords.contact(id: 1), SampleRecords.contact(id: 2)])
        for length in 0..<page.count {
            #expect(throws: JSONProblem.self) { try RecordPage.read(Array(page[..<length])) }
        }
    }

    @Test("A page of more records than anybody asked for, or a record of more values than anybody has, is none")
    func bounds() throws {
        func page(_ record: String, _ count: Int) -> [UInt8] {
            Array("[\(Array(repeating: record, count: count).joined(separator: ","))]".utf8)
        }
        let most = Limits.recordsOfAPage
        #expect(try RecordPage.read(page("{}", most)).records.count == most)
        #expect(throws: JSONProblem(.tooManyRecords(limit: most), at: 1 + 3 * most)) {
            try RecordPage.read(page("{}", most + 1))
        }
        let values = Limits.valuesOfARecord
        let ones = Array(repeating: "1", count: values - 2).joined(separator: ",")
        #expect(try RecordPage.read(page("{\"A\":[\(ones)]}", 2)).records.count == 2)
        #expect(throws: JSONProblem(.tooManyValues(limit: values), at: 1)) {
            try RecordPage.read(page("{\"A\":[\(ones),1]}", 1))
        }
    }
}
