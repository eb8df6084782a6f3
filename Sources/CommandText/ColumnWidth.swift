// How many columns of a terminal a text takes.

extension String {
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// As much of it as fits.
    func beginning(columns: Int) -> String {
        var room = columns
        return String(
            prefix { character in
                room -= character.columns
                return room >= 0
            })
    }
}

extension Character {
    /// Two for the wide letters of East Asia and most emoji, as terminals draw them.
    var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        return Self.wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
