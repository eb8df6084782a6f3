// Why a text is not the JSON that was asked for.

/// What is wrong with a text, and at which byte of it. Never quotes the text: records hold personal data.
package struct JSONProblem: Error, Hashable, Sendable {
    package enum Fault: Hashable, Sendable {
        /// Nothing but white space.
        case empty
        /// `<` where JSON begins: a sign-in, maintenance or proxy page.
        case htmlPage
        /// A page is an array of records; this is well-formed up to here but something else.
        case notAPage(found: RawJSON.Kind)
        /// A record is an object.
        case notARecord(found: RawJSON.Kind)
        /// The text ends before the value is complete.
        case truncated
        case unexpectedByte(UInt8)
        case badNumber
        case badLiteral
        case badEscape
        /// A byte below 0x20 inside a string, which must be escaped.
        case controlCharacter(UInt8)
        case badUTF8
        /// Something follows the complete value.
        case trailingBytes
        case tooDeep(limit: Int)
        case tooLarge(limitBytes: Int)
        case tooManyRecords(limit: Int)
        /// In one record.
        case tooManyValues(limit: Int)
    }

    package let fault: Fault
    /// Counted from 0 in the text as received, a byte order mark included.
    package let offset: Int

    package init(_ fault: Fault, at offset: Int) {
        self.fault = fault
        self.offset = offset
    }
}

extension JSONProblem: CustomStringConvertible {
    /// Reads on after "the answer is not usable: ".
    package var description: String {
        "\(fault) (byte \(offset))"
    }
}

extension JSONProblem.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "found nothing where JSON should be"
        case .htmlPage: "found an HTML page where JSON should be"
        case .notAPage(let kind): "found \(kind.withArticle) where an array of records should be"
        case .notARecord(let kind): "found \(kind.withArticle) where a record, an object, should be"
        case .truncated: "the text ends in the middle of a JSON value"
        case .unexpectedByte(let byte): "found an unexpected byte \(Self.hexadecimal(byte))"
        case .badNumber: "found a malformed number"
        case .badLiteral: "found a word that is not true, false or null"
        case .badEscape: "found a malformed escape in a string"
        case .controlCharacter(let byte): "found a control character \(Self.hexadecimal(byte)) in a string"
        case .badUTF8: "found bytes that are not UTF-8 in a string"
        case .trailingBytes: "found more text after the end of the JSON value"
        case .tooDeep(let limit): "found more than \(limit) arrays and objects inside each other"
        case .tooLarge(let limit): "the text is larger than \(limit) bytes"
        case .tooManyRecords(let limit):
            "found more than \(limit) records where \(Limits.pageSize) were asked for at most"
        case .tooManyValues(let limit): "found a record of more than \(limit) values"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
