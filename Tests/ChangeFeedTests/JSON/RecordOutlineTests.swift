// What stands in a record as in the one before it is not looked at again, and nothing may come of that but speed.

import Testing

@testable import ChangeFeed

@Suite("Records beside the one before")
struct RecordOutlineTests {
    static let names = ["CONTACT_ID", "DATE_UPDATED_UTC", "NOTE"]

    /// Reads a page both ways: with each record beside the one before, and every byte by itself.
    ///
    /// - Returns: what is wrong, or nil.
    static func difference(_ page: [UInt8]) -> String? {
        let alone = Result { () throws(JSONProblem) -> [Range<Int>] in
            try page.withUnsafeBufferPointer { buffer throws(JSONProblem) -> [Range<Int>] in
                var scanner = JSONScanner(buffer)
                var guide = ScannedAlone()
                try scanner.skipToFirstValue()
                return try scanner.page(beside: &guide)
            }
        }
        let beside = Result { () throws(JSONProblem) -> RecordPage in try RecordPage.read(page, noting: names) }
        switch (alone, beside) {
        case (.failure(let problem), .failure(let other)):
            return problem == other ? nil : "\(other), and not \(problem)"
        case (.success(let ranges), .success(let read)):
            guard ranges == read.records.map({ $0.bytes.indices }) else { return "other records" }
            for (row, record) in read.records.enumerated() {
                for name in names where record.value(at: FieldPath(name)) != record.json.member(name) {
                    return "another \(name) of record \(row)"
                }
            }
            return nil
        case (.failure(let problem), .success): return "accepted in spite of \(problem)"
        case (.success, .failure(let problem)): return "refused: \(problem)"
        }
    }

    @Test(
        "Each record is what it is by itself, whatever stood before it",
        arguments: [
            // The same layout, other values; fewer and more elements; none where there were some.
            #"[{"CONTACT_ID":1,"T":[{"N":"a"},{"N":"b"}],"Z":1},{"CONTACT_ID":22,"T":[{"N":"a"}],"Z":1},{"T":[],"Z":2}]"#,
            #"[{"CONTACT_ID":1,"T":[],"Z":{}},{"CONTACT_ID":2,"T":[1],"Z":{"a":1}},{"CONTACT_ID":2,"T":[1],"Z":{"a":1}}]"#,
            // Members in another order, one more, one less, one twice.
            #"[{"CONTACT_ID":1,"NOTE":2},{"NOTE":2,"CONTACT_ID":1},{"NOTE":1},{"CONTACT_ID":1,"NOTE":2,"CONTACT_ID":3}]"#,
            #"[{"CONTACT_ID":1,"A":2},{"CONTACT_ID":1,"CONTACT_ID":2},{"CONTACT_ID":1,"A":2}]"#,
            // A name that only its escapes make the one that is looked for, and one that grows out of another.
            #"[{"CONTACT_ID":1},{"CONTACT\u005fID":1},{"CONTACT_ID_2":1},{"CONTACT_ID":1}]"#,
            // White space where there was none.
            #"[{"CONTACT_ID":1,"T":[1,2]},{"CONTACT_ID":1, "T":[1,2]},{ "CONTACT_ID":1,"T":[ 1,2]},{"T":[ ]}]"#,
            // Records of no members, and such as are none.
            #"[{},{},{"NOTE":1},{}]"#, #"[{"NOTE":1},[1],{}]"#, #"[{"NOTE":1},{"NOTE":1}"#, #"[{"NOTE":1},{"NOTE":1]"#,
            // The place that looks like one before lies in an array here, and lay in an object there.
            #"[{"T":{"a":1,"b":2}},{"T":["a",1,"b",2]},{"T":["a":1,"b",2]}]"#,
        ])
    func other(page: String) {
        #expect(Self.difference(Array(page.utf8)) == nil)
    }

    @Test("A record that is wrong where the one before was right is refused, with the place of its own fault")
    func faults() {
        let good = #"{"CONTACT_ID":1,"NAME":"Jörg","T":[{"N":null},{"N":true}],"NOTE":-1.5e3}"#
        for position in good.utf8.indices.map({ good.utf8.distance(from: good.utf8.startIndex, to: $0) }) {
            for byte in Array("{}[],:\"\\ 0-nu\u{1}".utf8) + [0xFF, 0xC3] {
                var damaged = Array(good.utf8)
                damaged[position] = byte
                let page = Array("[\(good),".utf8) + damaged + Array(",\(good)]".utf8)
                #expect(Self.difference(page) == nil, "byte \(byte) at \(position)")
            }
        }
    }

    @Test("What nests deeper than is marked, or has more members than are, is read all the same")
    func bounds() {
        let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let tooDeep = String(repeating: "[", count: 127) + String(repeating: "]", count: 127)
        let wide = (0..<9000).map { "\"N\($0)\":\($0)" }.joined(separator: ",")
        for inner in ["\"D\":\(deep)", "\"D\":\(tooDeep)", wide] {
            let record = "{\"CONTACT_ID\":1,\(inner),\"NOTE\":2}"
            #expect(Self.difference(Array("[\(record),\(record),\(record)]".utf8)) == nil)
        }
    }
}
