// Whether a resource is to have a dictionary, or another one: a matter of how small its records became.

import ChangeFeed

/// What is known of how well the records of a resource are packed.
package struct DictionaryFitness: Sendable, Equatable {
    /// Bytes that remained of each before, when it was last looked for a better dictionary; nil: there is none yet.
    package private(set) var promised: Double?
    private var records = 0
    private var plainBytes = 0
    private var packedBytes = 0
    private var failures = 0

    /// - Parameter promised: of the dictionary in use.
    package init(promised: Double? = nil) {
        self.promised = promised
    }

    /// A record was packed.
    package mutating func took(plain: Int, packed: Int) {
        // A resource that was packed badly long ago, and well since, is packed well.
        if promised != nil, records >= Limits.recordsJudged, !isDue { (records, plainBytes, packedBytes) = (0, 0, 0) }
        records += 1
        plainBytes += plain
        packedBytes += packed
    }

    /// Whether to train a dictionary by what is there now.
    package var isDue: Bool {
        guard let promised else { return failures == 0 || records >= Limits.recordsJudged << min(failures, 8) }
        return records >= Limits.recordsJudged && recent > promised * Limits.worseThanPromised
    }

    /// None was found that is clearly better: what there is has to do, and is looked at again once it serves worse than now.
    package mutating func foundNone() {
        let failures = failures + 1
        self = DictionaryFitness(promised: promised.map { max($0, recent) })
        self.failures = failures
    }

    private var recent: Double { plainBytes == 0 ? 0 : Double(packedBytes) / Double(plainBytes) }

    /// Whether a new dictionary packs so much better that all that was packed by the old one is worth keeping that as well.
    package static func isWorthwhile(_ packed: Int, insteadOf before: Int) -> Bool {
        Double(packed) * Limits.betterToBeTaken < Double(before)
    }
}
