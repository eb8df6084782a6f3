// How held deletes came into the tables, and are read from a row.

import ChangeFeed
import GRDB
import StoredForms

extension PresenceProgress.Hold {
    init(row: Row) {
        self.init(word: row["deletes_hold"], since: row["deletes_held_since"], sample: row["deletes_sample"])
    }
}

extension Schema {
    /// Why deletes are held, and what a sample of them told. `newly_unlisted` are records that lists lacked and that
    /// were found all the same: `listed` until a list lacks them again, then `unlisted`, and asked for once more.
    package static let heldDeletes = """
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
