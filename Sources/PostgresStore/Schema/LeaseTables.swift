// The tables by which daemons share accounts. Frozen: what comes later is a migration of its own.

extension Migration {
    /// `daemon` has a row for each process that shares accounts, and `until` is when all of its leases are over, by the
    /// server's clock. So a renewal is one write, however many accounts are led; it changes nothing that an index is
    /// on, and no row that transactions of accounts look at.
    ///
    /// A lease that is held names a daemon that is there, live or gone: whoever takes it locks that row first, and a
    /// renewal that came late waits for that.
    static let leases = Migration(name: "2 leases", statements: daemonTables)

    /// `since` of a lease is when its holder took it, or when it became nobody's.
    private static let daemonTables = [
        """
        CREATE TABLE daemon (
            id text COLLATE "C" PRIMARY KEY,
            planned bigint NOT NULL,
            until timestamptz NOT NULL
        )
        """,
        """
        CREATE TABLE lease (
            account text COLLATE "C" PRIMARY KEY,
            holder text COLLATE "C" REFERENCES daemon,
            epoch bigint NOT NULL DEFAULT 0,
            since timestamptz NOT NULL DEFAULT now()
        )
        """,
        "CREATE INDEX lease_holder ON lease (holder)",
    ]
}
