// How a column of bytes says in which form it holds them.

/// The bytes of a BLOB, told apart by the first of them. Texts begin with none of the marks, so that one that is not worth
/// packing stands as it is, and so do all that were written before there were any.
package enum PackedForm: Equatable {
    /// As they are.
    case plain(Range<Int>)
    /// A frame of zstd, with a checksum, that needs no dictionary.
    case alone(frame: Range<Int>)
    /// The same, made by this dictionary.
    case byDictionary(number: UInt32, frame: Range<Int>)
    /// A mark that no form of this version has.
    case unknown

    /// First bytes that are marks: those of this version, and some for later ones.
    package static let marks: ClosedRange<UInt8> = 0...7

    private static let (plainMark, aloneMark, dictionaryMark): (UInt8, UInt8, UInt8) = (0, 1, 2)
    private static let numberBytes = 4
    /// How many bytes tell which form it is, and by which dictionary.
    package static let headBytes = 1 + numberBytes

    package init(of stored: UnsafeRawBufferPointer) {
        guard let mark = stored.first, Self.marks.contains(mark) else {
            self = .plain(0..<stored.count)
            return
        }
        switch mark {
        case Self.plainMark:
            self = .plain(1..<stored.count)
        case Self.aloneMark:
            self = .alone(frame: 1..<stored.count)
        case Self.dictionaryMark where stored.count > Self.numberBytes:
            let number = stored[1...Self.numberBytes].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            self = .byDictionary(number: number, frame: (1 + Self.numberBytes)..<stored.count)
        default:
            self = .unknown
        }
    }

    /// What stands before a frame.
    package static func head(ofFrameBy number: UInt32?) -> [UInt8] {
        guard let number else { return [aloneMark] }
        return [dictionaryMark] + (0..<numberBytes).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// What stands before bytes that are kept as they are.
    package static func head(ofPlain bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard let first = bytes.first, marks.contains(first) else { return [] }
        return [plainMark]
    }
}
