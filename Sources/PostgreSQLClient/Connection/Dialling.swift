// From a target to a link that can be spoken on.

import CPostgreSQL
import ChangeFeed

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How connections are made, and how long silence on one is borne.
package struct PostgreSQLDialling: Sendable, Equatable {
    /// What the server lists the session under (`pg_stat_activity.application_name`); of 63 bytes at most, the rest is
    /// cut off by the server.
    package let applicationName: String
    /// For each target: until it has let us in and said what it is. Looking up its name comes on top, and takes as long
    /// as the system's resolver lets it.
    package let patience: Duration
    /// How long what was sent may stay without the other machine's word that it came in (`tcp_user_timeout`), and how
    /// long an address may be called in vain.
    package let unacknowledged: Duration

    package init(applicationName: String, patience: Duration, unacknowledged: Duration) {
        self.applicationName = applicationName
        self.patience = patience
        self.unacknowledged = unacknowledged
    }

    /// What libpq is given for a target, by its keywords.
    ///
    /// There is no `options`, and nothing is set for the session: a pooler drops the one, and lends the other to
    /// strangers.
    func keywords(for target: PostgreSQLTarget, of address: PostgreSQLAddress) -> [String: String] {
        var keywords = address.settings.mapValues(\.revealedText)
        keywords["dbname"] = address.database
        keywords["host"] = target.host
        keywords["hostaddr"] = target.address
        keywords["port"] = target.port.map(String.init)
        keywords["application_name"] = applicationName
        keywords["client_encoding"] = "UTF8"
        // Whether it is a primary is asked once the connection is there, so that a standby is told from no answer.
        keywords["target_session_attrs"] = "any"
        // Each sees one half: probes a connection where nothing is on its way, the other one where something is.
        keywords["keepalives"] = "1"
        keywords["keepalives_idle"] = "3"
        keywords["keepalives_interval"] = "2"
        keywords["keepalives_count"] = "3"
        keywords["tcp_user_timeout"] = String(Int(max(unacknowledged.inSeconds * 1_000, 1)))
        return keywords
    }
}

extension ServerLink {
    /// A connection to that target, which is let in, in pipeline mode, and never blocks.
    static func dial(
        _ keywords: [String: String], until deadline: Deadline, by library: PostgreSQLLibrary
    ) throws(PostgreSQLFailure) -> ServerLink {
        let link = try ServerLink(keywords, by: library)
        try link.connect(until: deadline)
        let functions = library.functions
        guard functions.PQsetnonblocking(link.connection, 1) == 0, functions.PQenterPipelineMode(link.connection) == 1
        else { throw link.unreachable() }
        return link
    }

    /// libpq's own time-out is none here: it heeds `connect_timeout` only where it waits itself.
    private func connect(until deadline: Deadline) throws(PostgreSQLFailure) {
        // As if it had asked to write, by the rules of libpq.
        var state = PGRES_POLLING_WRITING
        while true {
            if isBroken { throw unreachable() }
            switch state {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT
                guard wait(for: Int32(events), until: deadline) else {
                    drop()
                    throw PostgreSQLFailure(.deadlinePassed, "no connection came about in time")
                }
            default: throw unreachable()
            }
            state = library.functions.PQconnectPoll(connection)
        }
    }

    private func unreachable() -> PostgreSQLFailure {
        let message = message
        guard let state = message.sqlState else {
            let lacksPassword = library.functions.PQconnectionNeedsPassword(connection) == 1
            return PostgreSQLFailure(lacksPassword ? .notAuthenticated : .unreachable, message.message)
        }
        return PostgreSQLFailure(sqlState: state, severity: .fatal, message: message.message)
    }
}
