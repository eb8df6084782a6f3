// How far a time is from now, for people who look at this moment.

import ChangeFeed

enum TimeWords {
    /// `12 s ago`, `in 4 min`, `now`; the text itself where it is no time.
    static func relative(_ text: String, to now: Instant) -> String {
        guard let time = DatePattern.parseISO8601(text) else { return text }
        let seconds = (time - now).inSeconds
        guard abs(seconds) >= 1 else { return "now" }
        let length = length(ofSeconds: abs(seconds))
        return seconds < 0 ? "\(length) ago" : "in \(length)"
    }

    /// `45 s`, `12 min`, `5 h`, `3 d`: as much of it as says something.
    static func length(ofSeconds seconds: Double) -> String {
        let (number, unit) =
            seconds < 100
            ? (seconds, "s")
            : seconds < 6_000
                ? (seconds / 60, "min") : seconds < 172_800 ? (seconds / 3_600, "h") : (seconds / 86_400, "d")
        return "\(Int(clamping: number.rounded())) \(unit)"
    }
}
