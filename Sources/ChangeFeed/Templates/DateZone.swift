// The zone that a date is written in: a fixed distance from UTC, or a place with its summer times.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A zone of a date pattern.
///
/// Abbreviations are fixed distances, winter and summer apart (`MST` is always seven hours behind UTC): whoever wants
/// the clock of a place writes the place, `America/Denver`. Places need the time zone data that Foundation's
/// internationalization brings into the process.
package enum DateZone: Sendable, Hashable {
    case fixed(offsetSeconds: Int)
    case place(TimeZone)

    package static let gmt = DateZone.fixed(offsetSeconds: 0)

    /// Reads `GMT`, `MST`, `-6:00`, `+0530`, `GMT+2`, `America/Denver`; nil where nothing of that is meant.
    package init?(name: String) {
        var reader = DateScanner(name)
        if let offset = reader.zoneOffset(), reader.isAtEnd {
            self = .fixed(offsetSeconds: offset)
        } else if name.contains("/"), let zone = TimeZone(identifier: name) {
            self = .place(zone)
        } else {
            return nil
        }
    }

    /// Seconds to add to UTC for the clock of this zone.
    package func offset(at instant: Instant) -> Int {
        switch self {
        case .fixed(let seconds): seconds
        case .place(let zone):
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.secondsSince1970)))
        }
    }

    /// The instant at which clocks of this zone show what a clock in UTC shows at `shown`.
    ///
    /// A time that a place's clocks skip in spring, or show twice in autumn, becomes one of the two candidates.
    package func instant(showing shown: Instant) -> Instant {
        let guess = shown - .seconds(offset(at: shown))
        return shown - .seconds(offset(at: guess))
    }

    /// Abbreviations that are in common use with one meaning, and their distances in hours.
    static let abbreviations: [String: Double] = [
        "GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
        "IST": 5.5, "JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12,
        "NZDT": 13, "NST": -3.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7,
        "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    ]
}
