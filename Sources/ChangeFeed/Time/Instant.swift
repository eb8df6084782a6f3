// A point in time as the whole program counts it: one integer, so that arithmetic, storage and tests are exact.

/// A point in time in whole microseconds since 1970-01-01T00:00:00Z.
///
/// The pure core never asks a clock: an `Instant` is always an argument.
package struct Instant: Hashable, Sendable {
    package var microsecondsSince1970: Int64

    package init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    package init(secondsSince1970: Int64) {
        self.init(microsecondsSince1970: secondsSince1970 * 1_000_000)
    }

    /// Far enough to compare as never, near enough that adding a duration cannot overflow.
    package static let distantPast = Instant(secondsSince1970: -60_000_000_000)
    package static let distantFuture = Instant(secondsSince1970: 250_000_000_000)

    /// Nil beyond the distances that can be calculated with.
    package init?(calculable microseconds: Int64) {
        self.init(microsecondsSince1970: microseconds)
        guard self >= .distantPast, self <= .distantFuture else { return nil }
    }

    /// Whole seconds, rounded towards the past.
    package var secondsSince1970: Int64 {
        let (quotient, remainder) = microsecondsSince1970.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The same instant with its fraction of a second dropped, towards the past.
    package var wholeSecond: Instant { Instant(secondsSince1970: secondsSince1970) }
}

extension Instant: Comparable {
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microsecondsSince1970: instant.microsecondsSince1970 + duration.microseconds)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(microsecondsSince1970: instant.microsecondsSince1970 - duration.microseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .microseconds(left.microsecondsSince1970 - right.microsecondsSince1970)
    }
}

extension Duration {
    /// Whole microseconds, the fraction dropped.
    package var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// Seconds with their fraction, for arithmetic that ends in a rounded number.
    package var inSeconds: Double { Double(microseconds) / 1_000_000 }

    package static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
    package static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
    package static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }
}
