// How a value stands in a column as JSON: in words of the store's own, whatever the code calls its parts.

import Foundation

/// The form in which a value is kept, of which nobody asks for a part. The names of its members are stored: one that is
/// renamed is another form, and a file of the tests holds each (`Tests/ChangeStoreTests/Forms`).
package protocol StoredForm: Codable {
    associatedtype Value

    init(_ value: Value)

    /// Nil where it makes no sense: another version, or a hand, may have written it.
    var value: Value? { get }
}

extension StoredForm {
    /// Always the same text for the same value.
    package static func text(_ value: Value) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(Self(value)), as: UTF8.self)
        } catch {
            // Forms hold words and finite numbers only, so that whoever gets here has broken one.
            preconditionFailure("\(Self.self) cannot be written: \(error)")
        }
    }

    /// Nil where it cannot be read: whoever asks says what then becomes of it, and never takes it for well.
    package static func value(in text: String) -> Value? {
        (try? JSONDecoder().decode(Self.self, from: Data(text.utf8)))?.value
    }
}
