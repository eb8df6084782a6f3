// How answers become JSON: once, for `--json` and for HTTP.

import Foundation

package enum AnswerJSON {
    /// One document: names in snake case and in their order, times and numbers as the value has them.
    package static func text(of value: some Encodable, isPretty: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
