// A database that undoes transactions for no fault of theirs, as a server does for the sake of others.

import PrivatePostgreSQL

extension Database {
    /// From now on every fifth statement that writes to a table of the store undoes its transaction, and so do some
    /// commits, until so many have been undone.
    ///
    /// - Parameters:
    ///   - state: by which, such as `40001` for a serialization failure.
    ///   - role: that writes.
    func strike(_ count: Int, by state: String = "40001", role: String = "tester") async throws {
        try await sql(
            "CREATE SCHEMA struck", "CREATE SEQUENCE struck.writes", "CREATE SEQUENCE struck.undone",
            """
            CREATE FUNCTION struck.strike() RETURNS trigger LANGUAGE plpgsql AS $do$ BEGIN
            IF nextval('struck.writes') % 5 = 0 AND nextval('struck.undone') <= \(count) THEN
                RAISE EXCEPTION 'struck' USING ERRCODE = '\(state)';
            END IF;
            RETURN NULL; END $do$
            """,
            "GRANT USAGE ON SCHEMA struck TO \(role)", "GRANT ALL ON ALL SEQUENCES IN SCHEMA struck TO \(role)")
        let tables = try await sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'insightly_webhooks' AND tablename <> 'migration'")
        for table in tables.split(separator: "\n") {
            try await sql(
                """
                CREATE TRIGGER strike BEFORE INSERT OR UPDATE OR DELETE ON insightly_webhooks.\(table)
                FOR EACH STATEMENT EXECUTE FUNCTION struck.strike()
                """)
        }
        try await sql(
            """
            CREATE CONSTRAINT TRIGGER strike_at_commit AFTER INSERT ON insightly_webhooks.batch
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION struck.strike()
            """)
    }

    /// Returns once all of them have been undone.
    func isStruck(_ count: Int) async throws {
        try await server.waitUntil("(SELECT last_value FROM struck.undone) >= \(count)", in: name)
    }

    /// Ends all sessions that daemons have with it.
    func endSessions() async throws {
        try await sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'insightly-webhooks%'
            """)
    }
}
