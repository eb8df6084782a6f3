// A value that must not be seen.

/// A key or password. Nothing prints it; whoever needs it asks by name.
package struct Secret: Sendable, Equatable {
    package let revealedBytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        revealedBytes = bytes
    }

    package init(_ text: String) {
        self.init(Array(text.utf8))
    }

    package var revealedText: String { String(decoding: revealedBytes, as: UTF8.self) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    /// Without members, so that `dump` and test reports show none.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
