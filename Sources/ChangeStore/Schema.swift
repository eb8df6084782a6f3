// The tables, and how an older file becomes a current one.

import ChangeFeed
import GRDB

enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (name, sql) in migrations {
            // What makes tables, columns and indexes leaves no key dangling. To look for some in every row, as is done
            // where the keys are not minded meanwhile, takes seconds for each migration of a large store.
            migrator.registerMigration(name, foreignKeyChecks: .immediate) { try $0.execute(sql: sql) }
        }
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
    ]

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

    /// Deliveries of one `order_key` go one after the other.
    /// `endpoint_sequence` is null until it is certain that the delivery will be sent. `fold` is about the deliveries of
    /// endpoints that coalesce: what the receiver last got (`base`), and what it is told where that is not the event's own
    /// body. The news of a dead letter that `is_passed_on` are told by a later one.
    private static let deliveries = """
        CREATE TABLE endpoint (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            last_sequence INTEGER NOT NULL DEFAULT 0,
            delivery_order TEXT NOT NULL,
            held_until INTEGER,
            health TEXT
        );
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY,
            endpoint_id INTEGER NOT NULL REFERENCES endpoint(id),
            event_sequence INTEGER NOT NULL REFERENCES event(sequence),
            endpoint_sequence INTEGER,
            order_key TEXT,
            is_replay INTEGER NOT NULL DEFAULT 0,
            replay_spacing INTEGER,
            state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'delivered', 'dead', 'replayed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            attempts_before INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER NOT NULL,
            settled_at INTEGER
        );
        CREATE INDEX delivery_due ON delivery (endpoint_id, is_replay, due_at, id) WHERE state = 'pending';
        CREATE INDEX delivery_open ON delivery (endpoint_id, order_key, id) WHERE state IN ('pending', 'waiting');
        CREATE INDEX delivery_unnumbered ON delivery (endpoint_id, id) WHERE endpoint_sequence IS NULL;
        CREATE INDEX delivery_dead ON delivery (endpoint_id, event_sequence) WHERE state = 'dead';
        CREATE INDEX delivery_dead_key ON delivery (endpoint_id, order_key, id) WHERE state = 'dead';
        CREATE INDEX delivery_settled ON delivery (settled_at) WHERE state IN ('delivered', 'replayed');
        CREATE INDEX delivery_event ON delivery (event_sequence, endpoint_id);
        CREATE TABLE fold (
            delivery_id INTEGER PRIMARY KEY REFERENCES delivery(id) ON DELETE CASCADE,
            base BLOB,
            updated_field TEXT,
            type TEXT,
            body BLOB,
            is_passed_on INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE attempt (
            delivery_id INTEGER NOT NULL REFERENCES delivery(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            phases TEXT,
            status INTEGER,
            failure TEXT,
            detail TEXT,
            answer BLOB NOT NULL,
            PRIMARY KEY (delivery_id, number)
        ) WITHOUT ROWID;
        """

    /// What never failed is found at once, however much waits that did.
    private static let whatFailedApart = """
        DROP INDEX delivery_due;
        CREATE INDEX delivery_new ON delivery (endpoint_id, is_replay, due_at, id)
            WHERE state = 'pending' AND attempts = 0;
        CREATE INDEX delivery_failed ON delivery (endpoint_id, is_replay, due_at, id)
            WHERE state = 'pending' AND attempts > 0;
        """

    /// The fingerprint of the endpoint's URL, null until it is known.
    private static let endpointTargets = """
        ALTER TABLE endpoint ADD COLUMN url_digest BLOB;
        """

    /// `endpoint.health` was the code's own names and sentences. A circuit that was open had waited half a minute at
    /// least.
    private static let healthInWords = """
        UPDATE endpoint SET health = json_object(
            'circuit', CASE
                WHEN json_extract(health, '$.circuit.open') IS NOT NULL THEN 'open'
                WHEN json_extract(health, '$.circuit.probing') IS NOT NULL THEN 'probing'
                WHEN json_extract(health, '$.circuit.recovering') IS NOT NULL THEN 'recovering'
                ELSE 'closed' END,
            'until', json_extract(health, '$.circuit.open.until'),
            'probes', iif(json_extract(health, '$.circuit.open') IS NOT NULL, 4, NULL),
            'allowed', json_extract(health, '$.circuit.recovering.allowed'),
            'disabled', CASE json_extract(health, '$.disabled')
                WHEN 'the receiver answered 410 Gone' THEN 'gone'
                WHEN 'the receiver asked for it (webhook-delivery: disable)' THEN 'asked'
                WHEN 'for five days no attempt succeeded' THEN 'failing' END,
            'failures', coalesce(json_extract(health, '$.failures'), 0),
            'failing_since', json_extract(health, '$.failingSince'))
        WHERE json_valid(health);
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

    /// `event_type` is what an open delivery tells: that of its event, or of what is folded into it. The types of what is
    /// not open are not asked for, and those of older deliveries are empty.
    private static let typesApart = """
        DROP INDEX delivery_new;
        DROP INDEX delivery_failed;
        ALTER TABLE delivery ADD COLUMN event_type TEXT NOT NULL DEFAULT '';
        UPDATE delivery SET event_type = coalesce((
            SELECT coalesce(fold.type, event.type) FROM event LEFT JOIN fold ON fold.delivery_id = delivery.id
            WHERE event.sequence = delivery.event_sequence), '')
        WHERE state IN ('pending', 'waiting');
        CREATE INDEX delivery_new ON delivery (endpoint_id, is_replay, event_type, due_at, id)
            WHERE state = 'pending' AND attempts = 0;
        CREATE INDEX delivery_failed ON delivery (endpoint_id, is_replay, event_type, due_at, id)
            WHERE state = 'pending' AND attempts > 0;
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
