// By what daemons that do the same at the same time come to do it differently.

import ChangeFeed

extension Duration {
    /// Up to that part of it shorter, so that daemons that began together do not stay together.
    func shortened(by part: Double, _ chance: inout some RandomNumberGenerator) -> Duration {
        .microseconds(Int64(inSeconds * (1 - part * .random(in: 0..<1, using: &chance)) * 1_000_000))
    }
}

extension Array {
    /// By lots that are drawn once for each: the standard library's way draws until it is content, and of a chance that
    /// always says the same it never is.
    func inAnyOrder(_ chance: inout some RandomNumberGenerator) -> [Element] {
        let lots = indices.map { (lot: chance.next(), index: $0) }
        return lots.sorted { ($0.lot, $0.index) < ($1.lot, $1.index) }.map { self[$0.index] }
    }
}
