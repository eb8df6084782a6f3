// The value of a JSON number, exact however many digits it has.

/// A number in its one canonical form, digits × 10^exponent, so that `12`, `12.0` and `1.2e1` are equal and
/// 9007199254740993 is not 9007199254740992. Never through `Double`.
struct JSONNumber: Hashable {
    /// False for zero, which `-0` equals.
    let isNegative: Bool
    /// As ASCII, without zeros at either end; empty for zero.
    let digits: [UInt8]
    let exponent: Int

    /// Beyond this an exponent is not calculated with: two such numbers are equal only in the same bytes.
    private static let largestExponent = 1_000_000_000_000_000

    /// The bytes of an accepted number; nil where its exponent is too large to calculate with.
    init?(_ text: ArraySlice<UInt8>) {
        let mantissa = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let whole = mantissa.prefix { $0 != ASCII.point }.drop { $0 == ASCII.minus }
        let fraction = mantissa.drop { $0 != ASCII.point }.dropFirst()

        var significant = Array(whole) + fraction
        let trailingZeros = significant.reversed().prefix { $0 == ASCII.zero }.count
        significant.removeLast(trailingZeros)
        digits = Array(significant.drop { $0 == ASCII.zero })
        isNegative = !digits.isEmpty && text.first == ASCII.minus

        guard !digits.isEmpty else {
            exponent = 0
            return
        }
        guard let written = Self.exponent(text[mantissa.endIndex...].dropFirst()) else { return nil }
        exponent = written - fraction.count + trailingZeros
    }

    /// `-366638973`: the sign, where there is one, and digits, and not zero with a sign.
    static func isPlainInteger(_ text: ArraySlice<UInt8>) -> Bool {
        let magnitude = text.first == ASCII.minus ? text.dropFirst() : text
        return magnitude.allSatisfy(ASCII.isDigit) && !text.elementsEqual([ASCII.minus, ASCII.zero])
    }

    /// The number in plain digits where it is whole and of a length that an id may have.
    var integerDigits: [UInt8]? {
        if digits.isEmpty { return [ASCII.zero] }
        guard exponent >= 0, digits.count + exponent <= 40 else { return nil }
        return (isNegative ? [ASCII.minus] : []) + digits + Array(repeating: ASCII.zero, count: exponent)
    }

    /// The number times 10^`places`, or nil where that is no whole number or does not fit.
    func scaled(byPowerOfTen places: Int) -> Int64? {
        if digits.isEmpty { return 0 }
        let zeros = exponent + places
        guard zeros >= 0, digits.count + zeros <= 19 else { return nil }
        let magnitude = digits + Array(repeating: ASCII.zero, count: zeros)
        return Int64((isNegative ? "-" : "") + String(decoding: magnitude, as: UTF8.self))
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in text where ASCII.isDigit(digit) {
            value = value * 10 + Int(digit - ASCII.zero)
            guard value <= largestExponent else { return nil }
        }
        return text.first == ASCII.minus ? -value : value
    }
}
