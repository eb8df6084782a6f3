// The tables of the log and the queues that the first version made. Frozen, as the others are.

extension Migration {
    /// `order_key` has ids of records in it, and is bytes as those are.
    static let firstQueueTables = [
        """
        CREATE TABLE event (
            account_id bigint NOT NULL,
            sequence bigint NOT NULL,
            id text COLLATE "C" NOT NULL,
            resource_id bigint NOT NULL,
            record_key bytea NOT NULL,
            type text COLLATE "C" NOT NULL,
            detected_at bigint NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (account_id, sequence),
            UNIQUE (account_id, id)
        )
        """,
        "CREATE INDEX event_detected ON event (account_id, detected_at, sequence)",
        """
        CREATE TABLE delivery (
            account_id bigint NOT NULL,
            id bigint NOT NULL,
            endpoint_id bigint NOT NULL,
            event_sequence bigint NOT NULL,
            event_type text COLLATE "C" NOT NULL,
            endpoint_sequence bigint,
            order_key bytea,
            is_replay boolean NOT NULL,
            replay_spacing bigint,
            state text COLLATE "C" NOT NULL
                CHECK (state IN ('pending', 'waiting', 'delivered', 'dead', 'replayed')),
            attempts bigint NOT NULL DEFAULT 0,
            attempts_before bigint NOT NULL DEFAULT 0,
            due_at bigint NOT NULL,
            settled_at bigint,
            PRIMARY KEY (account_id, id)
        ) WITH (fillfactor = 80)
        """,
        """
        CREATE INDEX delivery_new ON delivery (account_id, endpoint_id, is_replay, event_type, due_at, id)
            WHERE state = 'pending' AND attempts = 0
        """,
        """
        CREATE INDEX delivery_failed ON delivery (account_id, endpoint_id, is_replay, event_type, due_at, id)
            WHERE state = 'pending' AND attempts > 0
        """,
        """
        CREATE INDEX delivery_open ON delivery (account_id, endpoint_id, order_key, id)
            WHERE state IN ('pending', 'waiting')
        """,
        """
        CREATE INDEX delivery_open_number ON delivery (account_id, endpoint_id, id)
            WHERE state IN ('pending', 'waiting')
        """,
        "CREATE INDEX delivery_unnumbered ON delivery (account_id, endpoint_id, id) WHERE endpoint_sequence IS NULL",
        """
        CREATE INDEX delivery_dead ON delivery (account_id, endpoint_id, event_sequence, id) WHERE state = 'dead'
        """,
        "CREATE INDEX delivery_dead_key ON delivery (account_id, endpoint_id, order_key, id) WHERE state = 'dead'",
        """
        CREATE INDEX delivery_settled ON delivery (account_id, settled_at, id)
            WHERE state IN ('delivered', 'replayed')
        """,
        "CREATE INDEX delivery_event ON delivery (account_id, event_sequence, endpoint_id)",
        """
        CREATE TABLE fold (
            account_id bigint NOT NULL,
            delivery_id bigint NOT NULL,
            base bytea,
            updated_field text COLLATE "C",
            type text COLLATE "C",
            body bytea,
            is_passed_on boolean NOT NULL DEFAULT false,
            PRIMARY KEY (account_id, delivery_id)
        )
        """,
        """
        CREATE TABLE attempt (
            account_id bigint NOT NULL,
            delivery_id bigint NOT NULL,
            number bigint NOT NULL,
            started_at bigint NOT NULL,
            duration bigint NOT NULL,
            phases text COLLATE "C",
            status bigint,
            failure text COLLATE "C",
            detail text COLLATE "C",
            answer bytea NOT NULL,
            PRIMARY KEY (account_id, delivery_id, number)
        )
        """,
    ]
}
