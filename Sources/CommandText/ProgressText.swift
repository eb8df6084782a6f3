// How far something is that takes a while, in one line.

import ChangeFeed

package enum ProgressText {
    /// `copying  [######      ]  48 %  1.2 of 2.5 GB`, as much of it as there is room for.
    ///
    /// - Parameters:
    ///   - share: 0…1; nil where it is not known.
    ///   - amount: what is done so far, in words.
    package static func line(_ what: String, share: Double?, amount: String, on screen: Screen) -> String {
        let room = (screen.width ?? 80) - 1
        guard let share else { return "\(what)  \(amount)".beginning(columns: room) }
        let percent = "\(Int((min(max(share, 0), 1) * 100).rounded(.down))) %"
        let words = "\(what)  \(String(repeating: " ", count: max(0, 5 - percent.count)))\(percent)  \(amount)"
        let length = min(30, room - words.columns - 4)
        guard length >= 10 else { return words.beginning(columns: room) }
        let full = Int(Double(length) * min(max(share, 0), 1))
        let bar = String(repeating: "#", count: full) + String(repeating: " ", count: length - full)
        return "\(what)  [\(bar)]\(words.dropFirst(what.count + 1))"
    }

    /// `950 bytes`, `1.2 MB`: in powers of a thousand, as file systems are told of.
    package static func bytes(_ count: Int) -> String {
        guard count >= 1_000 else { return count.counted("byte") }
        let units = ["kB", "MB", "GB", "TB"]
        var (size, unit) = (Double(count) / 1_000, 0)
        while size >= 999.95, unit < units.count - 1 { (size, unit) = (size / 1_000, unit + 1) }
        let tenths = Int((size * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
