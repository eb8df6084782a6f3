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
    ///
    /// - Parameter names: members that each record will be asked for, and that are noted on the way.
    package static func read(_ body: [UInt8], noting names: [String] = []) throws(JSONProblem) -> RecordPage {
        let (ranges, noted) = try body.withUnsafeBufferPointer {
            buffer throws(JSONProblem) -> ([Range<Int>], [UInt32]) in
            let space = UnsafeMutableRawPointer.allocate(byteCount: RecordOutline.spaceNeeded, alignment: 16)
            defer { space.deallocate() }
            var outline = RecordOutline(of: buffer, noting: names, in: space)
            var scanner = JSONScanner(buffer)
            try scanner.skipToFirstValue()
            return (try scanner.page(beside: &outline), outline.noted)
        }
        let members = NotedMembers(of: body, names: names, starts: noted)
        return RecordPage(
            records: ranges.enumerated().map { row, range in
                RawRecord(RawJSON(accepted: body[range]), noted: NotedMembers.Row(table: members, row: row))
            })
    }
}

extension JSONScanner {
    /// The ranges of a page's records, from brace to brace.
    mutating func page(beside guide: inout some ScanGuide) throws(JSONProblem) -> [Range<Int>] {
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
                guide.begin(at: start, values: values)
                try value(depth: 1, beside: &guide)
                guard values - before <= Limits.valuesOfARecord else {
                    throw JSONProblem(.tooManyValues(limit: Limits.valuesOfARecord), at: start)
                }
                guard firstByte == ASCII.openBrace else {
                    throw JSONProblem(.notARecord(found: RawJSON.Kind(firstByte: firstByte)), at: start)
                }
                guide.end(at: position, values: values)
                ranges.append(start..<position)
            } while try isFollowedByAnother(before: ASCII.closeBracket)
        }
        try end()
        return ranges
    }
}
