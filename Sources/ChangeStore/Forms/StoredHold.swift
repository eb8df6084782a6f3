// How deletes are held, as it stands in the columns of a resource; since when is a column of its own.

import ChangeFeed
import GRDB

/// A hold in the words of the store; nil where nothing is held and nothing was decided.
struct StoredHold {
    enum Word: StoredWord {
        case awaitsSample, sampled, listIsEmpty, confirmed, released

        var stored: String {
            switch self {
            case .awaitsSample: "awaits_sample"
            case .sampled: "sampled"
            case .listIsEmpty: "list_is_empty"
            case .confirmed: "confirmed"
            case .released: "released"
            }
        }
    }

    let word: Word
    private(set) var sample: String?

    init?(_ hold: PresenceProgress.Hold) {
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
    /// Of a row with the columns. Where it does not say why they are held, or cannot be read, a sample is asked for anew.
    init(row: Row) {
        let word = (row["deletes_hold"] as String?).flatMap(StoredHold.Word.init(stored:))
        let since: Instant? = row["deletes_held_since"]
        let sample = (row["deletes_sample"] as String?).flatMap(StoredSample.value)
        switch (word, since) {
        case (.confirmed, _): self = .confirmed
        case (.released, _): self = .released
        case (.listIsEmpty, let since?): self = .held(since: since, .listIsEmpty)
        case (.sampled, let since?): self = .held(since: since, sample.map { .sampled($0) } ?? .awaitsSample)
        case (_, let since?): self = .held(since: since, .awaitsSample)
        case (_, nil): self = .none
        }
    }
}

struct StoredSample: StoredForm {
    private let gone: Int
    private let existing: Int
    private let unanswered: Int

    init(_ sample: AbsenceSample) {
        (gone, existing, unanswered) = (sample.gone, sample.existing, sample.unanswered)
    }

    var value: AbsenceSample? {
        guard min(gone, existing, unanswered) >= 0 else { return nil }
        return AbsenceSample(gone: gone, existing: existing, unanswered: unanswered)
    }
}

extension Schema {
    /// Why deletes are held, and what a sample of them told. `newly_unlisted` are records that lists lacked and that
    /// were found all the same: `listed` until a list lacks them again, then `unlisted`, and asked for once more.
    static let heldDeletes = """
        ALTER TABLE resource ADD COLUMN deletes_hold TEXT
            CHECK (deletes_hold IN ('awaits_sample', 'sampled', 'list_is_empty', 'confirmed', 'released'));
        ALTER TABLE resource ADD COLUMN deletes_sample TEXT;
        UPDATE resource SET deletes_hold = 'released' WHERE deletes_released;
        ALTER TABLE resource DROP COLUMN deletes_released;
        CREATE TABLE newly_unlisted (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            PRIMARY KEY (resource_id, record_id)
        ) WITHOUT ROWID;
        """
}
