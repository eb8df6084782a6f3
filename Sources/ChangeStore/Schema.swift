// The tables, and how an older file becomes a current one.

import ChangeFeed
import GRDB

enum Schema {
    static var migrator: DatabaseMigrator {
        // What makes tables, columns and indexes leaves no key dangling. To look for some in every row, as is done where the
        // keys are not minded meanwhile, takes seconds for each migration of a large store.
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
        for (name, sql) in migrations {
            migrator.registerMigration(name, foreignKeyChecks: .immediate) { try $0.execute(sql: sql) }
        }
        // A table is made anew here, and its rows keep the numbers that others know them by.
        migrator.registerMigration("14 accounts apart") { try $0.execute(sql: accountsApart) }
        return migrator
    }

    private static let migrations: [(name: String, sql: String)] = [
        ("1 the first tables", "PRAGMA application_id = \(applicationID); " + accounts + records + deliveries),
        ("2 records read by their ids", readByID),
        (
            "3 lists that were not read to their end",
            "ALTER TABLE resource ADD COLUMN baseline_is_partial INTEGER NOT NULL DEFAULT 0"
        ),
        ("4 what failed apart from what did not", whatFailedApart + endpointTargets + healthInWords),
        ("5 changes without a stamp", unstamped),
        ("6 what the API has been like", "ALTER TABLE account ADD COLUMN api_health TEXT"),
        ("7 what known records belong to", belongings),
        ("8 each type apart in the queue", typesApart), ("9 verdicts on changes without a stamp", verdicts),
        ("10 what the clocks showed at the first contact", firstContact), ("11 how deletes are held", heldDeletes),
        ("12 what records are packed by", dictionaries), ("13 what fingerprints are taken by", fingerprintKeys),
    ]

    /// Each account counts its own events, and has its own endpoints and requests. What was there is the first account's. Where
    /// no account was ever used, nothing was sent to any endpoint.
    private static let accountsApart = """
        ALTER TABLE account ADD COLUMN last_sequence INTEGER NOT NULL DEFAULT 0;
        UPDATE account SET last_sequence = (SELECT last_sequence FROM event_counter)
            WHERE id = (SELECT min(id) FROM account);
        DROP TABLE event_counter;
        ALTER TABLE operator_request ADD COLUMN account_id INTEGER REFERENCES account(id);
        DELETE FROM operator_request WHERE NOT EXISTS (SELECT 1 FROM account);
        UPDATE operator_request SET account_id = (SELECT min(id) FROM account);
        UPDATE operator_request SET detail = NULL WHERE verb IN ('poll', 'resume-api');
        CREATE TABLE endpoint_of_account (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES account(id),
            name TEXT NOT NULL,
            last_sequence INTEGER NOT NULL DEFAULT 0,
            delivery_order TEXT NOT NULL,
            held_until INTEGER,
            health TEXT,
            url_digest BLOB,
            UNIQUE (account_id, name)
        );
        INSERT INTO endpoint_of_account
            SELECT endpoint.id, first.id, name, last_sequence, delivery_order, held_until, health, url_digest
            FROM endpoint JOIN (SELECT min(id) AS id FROM account) AS first WHERE first.id IS NOT NULL;
        DROP TABLE endpoint;
        ALTER TABLE endpoint_of_account RENAME TO endpoint;
        """

    /// A row, and no second one. What is known already keeps its fingerprint until it is read again.
    private static let fingerprintKeys = """
        CREATE TABLE fingerprint_key (only INTEGER PRIMARY KEY CHECK (only = 1), seed BLOB NOT NULL);
        INSERT INTO fingerprint_key (only, seed) VALUES (1, randomblob(32));
        """

    /// What tells our files from those of others: "iwhk".
    private static let applicationID = 0x6977_686B

    /// Whether the file is one of ours, or empty and about to be.
    static func isOurs(_ db: Database) throws -> Bool {
        if try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID { return true }
        return try isEmpty(db)
    }

    static func isEmpty(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
    }

    /// Times are microseconds since 1970. A bucket of `request_usage` is five minutes since 1970.
    private static let accounts = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            identity TEXT NOT NULL,
            daily_limit INTEGER,
            daily_remaining INTEGER,
            quota_observed_at INTEGER,
            quota_looked_at INTEGER,
            last_request_at INTEGER,
            throttled_until INTEGER
        );
        CREATE TABLE request_usage (
            account_id INTEGER NOT NULL REFERENCES account(id),
            bucket INTEGER NOT NULL,
            purpose TEXT NOT NULL,
            requests INTEGER NOT NULL,
            PRIMARY KEY (account_id, bucket, purpose)
        ) WITHOUT ROWID;
        CREATE TABLE resource (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES account(id),
            name TEXT NOT NULL,
            news_since INTEGER,
            cursor INTEGER,
            polled_at INTEGER,
            baseline_covered INTEGER,
            baseline_last,
            sweeps INTEGER NOT NULL DEFAULT 0,
            sweep_covered INTEGER,
            sweep_last,
            swept_at INTEGER,
            count_bias INTEGER NOT NULL DEFAULT 0,
            deletes_held_since INTEGER,
            deletes_released INTEGER NOT NULL DEFAULT 0,
            pace TEXT,
            UNIQUE (account_id, name)
        );
        """

    /// `record_id` has no affinity: ids that are numbers are kept as numbers, and "007" stays a text. `content` stands
    /// last, so that looking at the rest does not read it. `swept_record` holds what a sweep has met so far.
    private static let records = """
        CREATE TABLE known_record (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            version INTEGER NOT NULL,
            presence INTEGER NOT NULL,
            fingerprint BLOB NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (resource_id, record_id)
        );
        CREATE INDEX known_presence ON known_record (resource_id, presence, record_id);
        CREATE TABLE swept_record (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            sweep INTEGER NOT NULL,
            record_id NOT NULL,
            PRIMARY KEY (resource_id, sweep, record_id)
        ) WITHOUT ROWID;
        CREATE TABLE operator_request (
            id INTEGER PRIMARY KEY,
            resource_id INTEGER REFERENCES resource(id),
            endpoint_id INTEGER REFERENCES endpoint(id),
            verb TEXT NOT NULL,
            detail TEXT
        );
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            type TEXT NOT NULL,
            detected_at INTEGER NOT NULL,
            body BLOB NOT NULL
        );
        CREATE INDEX event_detected ON event (detected_at);
        CREATE TABLE event_counter (last_sequence INTEGER NOT NULL);
        INSERT INTO event_counter VALUES (0);
        """

    /// Known records whose content was read by a GET of their id, and not in a page. There are few.
    private static let readByID = """
        CREATE TABLE record_read_by_id (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            PRIMARY KEY (resource_id, record_id)
        ) WITHOUT ROWID;
        """

    /// `record_stamp` is of records whose updated date moved while nothing visible did. A change without a stamp is `open`
    /// until the reading that found it ends, then `held`, or `telling` or `learning`: about to be told, or learned
    /// silently. Of its record, `known_record` has the fingerprint already and still the content as announced.
    private static let unstamped = """
        CREATE TABLE record_stamp (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            stamp INTEGER,
            PRIMARY KEY (resource_id, record_id)
        ) WITHOUT ROWID;
        CREATE TABLE unstamped_change (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            record_id NOT NULL,
            reading TEXT NOT NULL CHECK (reading IN ('poll', 'sweep')),
            state TEXT NOT NULL CHECK (state IN ('open', 'held', 'telling', 'learning')),
            held_since INTEGER,
            content BLOB NOT NULL,
            PRIMARY KEY (resource_id, record_id)
        );
        CREATE INDEX unstamped_state ON unstamped_change (resource_id, state, held_since);
        CREATE TABLE unstamped_path (
            resource_id INTEGER NOT NULL,
            record_id NOT NULL,
            path TEXT NOT NULL,
            PRIMARY KEY (resource_id, record_id, path),
            FOREIGN KEY (resource_id, record_id) REFERENCES unstamped_change ON DELETE CASCADE
        ) WITHOUT ROWID;
        """

    /// Known records belong to an instance, an object and an id field. `event_name` is what a resource is called in the
    /// ids of its events, whatever the configuration calls it since. One that is set aside has given its `name` away, and
    /// was `called` so.
    private static let belongings = """
        ALTER TABLE account ADD COLUMN instance TEXT;
        ALTER TABLE resource ADD COLUMN event_name TEXT;
        ALTER TABLE resource ADD COLUMN object TEXT;
        ALTER TABLE resource ADD COLUMN id_field TEXT;
        ALTER TABLE resource ADD COLUMN set_aside_at INTEGER;
        ALTER TABLE resource ADD COLUMN called TEXT;
        """

    /// What was decided about the changes without a stamp that a reading found until `found_through`, as long as some of
    /// them are open. `held_paths` is a JSON array. `held_since` of an open change is when it was found; null in older ones.
    private static let verdicts = """
        CREATE TABLE unstamped_verdict (
            resource_id INTEGER NOT NULL REFERENCES resource(id),
            reading TEXT NOT NULL,
            found_through INTEGER NOT NULL,
            decided_at INTEGER NOT NULL,
            held_paths TEXT NOT NULL,
            PRIMARY KEY (resource_id, reading)
        ) WITHOUT ROWID;
        """

    /// Until the first poll has ended: then it decides nothing any more.
    private static let firstContact =
        "ALTER TABLE resource ADD COLUMN first_contact_own INTEGER; "
        + "ALTER TABLE resource ADD COLUMN first_contact_server INTEGER;"
}
