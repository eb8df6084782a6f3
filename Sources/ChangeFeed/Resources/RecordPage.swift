// A page of records, as the API answers a list or a search.

/// The records of one page, in the order received, each as the range of bytes it stands in.
package struct RecordPage: Sendable {
    package let records: [RawRecord]

    static let empty = RecordPage(records: [])

    /// A page is a JSON array of objects in UTF-8; past the last record it is empty. The whole text is checked, so a
    /// page that was cut, or is something else altogether, never passes for a shorter one.
    ///
    /// A page of very many records, or with a record of very many values, is none: what is made of each takes many times
    /// the few bytes that such ones have.
    package static func read(_ body: [UInt8]) throws(JSONProblem) -> RecordPage {
        let ranges = try body.withUnsafeBufferPointer { buffer throws(JSONProblem) -> [Range<Int>] in
            var scanner = JSONScanner(buffer)
            try scanner.skipToFirstValue()
            return try scanner.page()
        }
        return RecordPage(records: ranges.map { RawRecord(RawJSON(accepted: body[$0])) })
    }
}

extension JSONScanner {
    fileprivate mutating func page() throws(JSONProblem) -> [Range<Int>] {
        let first = try next()
        guard first != ASCII.less else { throw problem(.htmlPage) }
        guard first == ASCII.openBracket else {
            // A malformed text is called malformed, not a value of the wrong kind.
            let start = position
            try value(depth: 0)
            try end()
            throw JSONProblem(.notAPage(found: RawJSON.Kind(firstByte: first)), at: start)
        }
        var ranges: [Range<Int>] = []
        if try open(ASCII.closeBracket, depth: 1) {
            repeat {
                let (start, before) = (position, values)
                let firstByte = try next()
                guard ranges.count < Limits.recordsOfAPage else {
                    throw problem(.tooManyRecords(limit: Limits.recordsOfAPage))
                }
                try value(depth: 1)
                guard values - before <= Limits.valuesOfARecord else {
                    throw JSONProblem(.tooManyValues(limit: Limits.valuesOfARecord), at: start)
                }
                guard firstByte == ASCII.openBrace else {
                    throw JSONProblem(.notARecord(found: RawJSON.Kind(firstByte: firstByte)), at: start)
                }
                ranges.append(start..<position)
            } while try isFollowedByAnother(before: ASCII.closeBracket)
        }
        try end()
        return ranges
    }
}
