// Estimates as whole numbers: what is divided by next to nothing is more than an integer holds.

extension Int {
    /// The number without its fraction, or the farthest that can still be calculated with; nothing for what is no number.
    package init(clamping number: Double) {
        self = number.isNaN ? 0 : Int(Swift.min(Swift.max(number, -1e18), 1e18))
    }
}
