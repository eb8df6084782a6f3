// Randomness that can be repeated: the same seed gives the same world, on every machine and with every compiler.

import ChangeFeed
/// SplitMix64 with draws of its own, because the standard library does not promise that its draws stay the same.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for one purpose, so that asking more of one purpose leaves the others as they were.
    package init(seed: UInt64, purpose: UInt64) {
        var source = SeededGenerator(seed: seed ^ (purpose &* 0xD6E8_FEB8_6659_FD93))
        self.init(seed: source.next())
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but not including, `bound`, which is positive.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    package mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// A number from 0 up to, but not including, 1.
    package mutating func fraction() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    package mutating func chance(_ share: Double) -> Bool {
        fraction() < share
    }

    /// A duration from zero up to `longest`, in whole milliseconds.
    package mutating func duration(upTo longest: Duration) -> Duration {
        .milliseconds(within(0...max(0, Int(longest.microseconds / 1000))))
    }

    /// An element of a collection that is not empty.
    package mutating func element<Elements: RandomAccessCollection>(of elements: Elements) -> Elements.Element {
        elements[elements.index(elements.startIndex, offsetBy: below(elements.count))]
    }

    /// A choice as often as its weight says, or nil where nothing has any weight.
    package mutating func choice<Choice>(of choices: [Choice], weight: (Choice) -> Int) -> Choice? {
        let total = choices.reduce(0) { $0 + weight($1) }
        guard total > 0 else { return nil }
        var ticket = below(total)
        return choices.first { choice in
            ticket -= weight(choice)
            return ticket < 0
        }
    }

    /// The same elements in another order.
    package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for last in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(last, below(last + 1))
        }
        return result
    }
}
