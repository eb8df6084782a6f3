// How deletes are held, as it stands in the columns of a resource; since when is a column of its own.

import ChangeFeed

/// A hold in the words of the store; nil where nothing is held and nothing was decided.
package struct StoredHold {
    package enum Word: StoredWord {
        case awaitsSample, sampled, listIsEmpty, confirmed, released

        package var stored: String {
            switch self {
            case .awaitsSample: "awaits_sample"
            case .sampled: "sampled"
            case .listIsEmpty: "list_is_empty"
            case .confirmed: "confirmed"
            case .released: "released"
            }
        }
    }

    package let word: Word
    package private(set) var sample: String?

    package init?(_ hold: PresenceProgress.Hold) {
        switch hold {
        case .none: return nil
        case .held(_, .awaitsSample): word = .awaitsSample
        case .held(_, .sampled(let sample)): (word, self.sample) = (.sampled, StoredSample.text(sample))
        case .held(_, .listIsEmpty): word = .listIsEmpty
        case .confirmed: word = .confirmed
        case .released: word = .released
        }
    }
}

extension PresenceProgress.Hold {
    /// - Parameters:
    ///   - word: how; one that is not known holds them until a sample is taken.
    ///   - since: nil where none are held.
    package init(word: String?, since: Instant?, sample: String?) {
        let sample = sample.flatMap(StoredSample.value)
        switch (word.flatMap(StoredHold.Word.init(stored:)), since) {
        case (.confirmed, _): self = .confirmed
        case (.released, _): self = .released
        case (.listIsEmpty, let since?): self = .held(since: since, .listIsEmpty)
        case (.sampled, let since?): self = .held(since: since, sample.map { .sampled($0) } ?? .awaitsSample)
        case (_, let since?): self = .held(since: since, .awaitsSample)
        case (_, nil): self = .none
        }
    }
}

package struct StoredSample: StoredForm {
    private let gone: Int
    private let existing: Int
    private let unanswered: Int

    package init(_ sample: AbsenceSample) {
        (gone, existing, unanswered) = (sample.gone, sample.existing, sample.unanswered)
    }

    package var value: AbsenceSample? {
        guard min(gone, existing, unanswered) >= 0 else { return nil }
        return AbsenceSample(gone: gone, existing: existing, unanswered: unanswered)
    }
}
