// Ids of records as bytes, whose order is that of the ids.

import ChangeFeed

/// How an id stands in a column: by bytes, and so in one order on every server, whatever its collation is.
///
/// A number is a zero and its eight bytes, the highest first, with the sign turned so that negative ones come first; a text
/// is a one and its UTF-8. The first byte puts numbers before texts.
enum RecordKey {
    private static let (numberMark, textMark): (UInt8, UInt8) = (0, 1)

    static func bytes(of id: RecordID) -> [UInt8] {
        guard let number = id.number else { return [textMark] + Array(id.text.utf8) }
        let turned = UInt64(bitPattern: number) ^ (1 << 63)
        return [numberMark] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: turned >> (8 * UInt64($0))) }
    }

    /// Nil for bytes that none is written as.
    static func id(of bytes: [UInt8]) -> RecordID? {
        switch bytes.first {
        case numberMark where bytes.count == 9:
            let turned = bytes.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return RecordID(Int64(bitPattern: turned ^ (1 << 63)))
        case textMark:
            return String(validating: bytes.dropFirst(), as: UTF8.self).map { RecordID($0) }
        default:
            return nil
        }
    }
}
