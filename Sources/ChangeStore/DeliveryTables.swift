// The tables of endpoints and deliveries, and how older ones became these.

extension Schema {
    /// Deliveries of one `order_key` go one after the other.
    /// `endpoint_sequence` is null until it is certain that the delivery will be sent. `fold` is about the deliveries of
    /// endpoints that coalesce: what the receiver last got (`base`), and what it is told where that is not the event's own
    /// body. The news of a dead letter that `is_passed_on` are told by a later one.
    static let deliveries = """
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
    static let whatFailedApart = """
        DROP INDEX delivery_due;
        CREATE INDEX delivery_new ON delivery (endpoint_id, is_replay, due_at, id)
            WHERE state = 'pending' AND attempts = 0;
        CREATE INDEX delivery_failed ON delivery (endpoint_id, is_replay, due_at, id)
            WHERE state = 'pending' AND attempts > 0;
        """

    /// The fingerprint of the endpoint's URL, null until it is known.
    static let endpointTargets = """
        ALTER TABLE endpoint ADD COLUMN url_digest BLOB;
        """

    /// `endpoint.health` was the code's own names and sentences. A circuit that was open had waited half a minute at
    /// least.
    static let healthInWords = """
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

    /// `event_type` is what an open delivery tells: that of its event, or of what is folded into it. The types of what is
    /// not open are not asked for, and those of older deliveries are empty.
    static let typesApart = """
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
}
