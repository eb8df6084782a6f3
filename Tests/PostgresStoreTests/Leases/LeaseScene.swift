// Daemons that share the accounts of one schema, each with sessions of its own, and somebody who sees all of it.

import ChangeFeed
import Fleet
import Foundation
import PostgreSQLClient
import PrivatePostgreSQL
import Testing

@testable import PostgresStore

/// What blocks is called on a thread of its own.
struct LeaseScene: Sendable {
    let schema = SharedCluster.newSchema()
    let cluster: PrivateCluster
    let address: PostgreSQLAddress
    let terms: LeaseTerms
    private let observer: PostgreSQLConnection

    /// So long that nothing ends while a test runs, unless it says so.
    static let longTerms = LeaseTerms(lease: .hours(10))

    /// Longer than anything takes on a busy machine.
    static let plenty = Duration.minutes(3)

    /// - Parameter pooler: by way of which daemons reach the server, where they do not themselves.
    init(on cluster: PrivateCluster, behind pooler: PrivatePooler? = nil, _ terms: LeaseTerms = longTerms) throws {
        self.cluster = cluster
        address = try PostgreSQLAddress(pooler?.address ?? cluster.address)
        self.terms = terms
        _ = try PostgresStore(at: address, holder: "observer", schema: schema)
        observer = try PostgreSQLConnection(address, Self.dialling("observer"))
    }

    /// Runs the body on a thread, on a server that others use too.
    static func shared(_ body: @escaping @Sendable (LeaseScene) throws -> Void) async throws {
        try await SharedCluster.standard.lend { cluster in
            try await onThread { try body(LeaseScene(on: cluster)) }
        }
    }

    /// Sessions are ended by this name, which is nobody else's on the server.
    func id(_ name: String) -> DaemonID { DaemonID("\(name)-\(schema.prefix(20))") }

    func daemon(_ name: String, _ terms: LeaseTerms? = nil, wait: Duration = .milliseconds(20)) -> PostgresLeases {
        let pool = SessionPool(address, Self.dialling(id(name).description), atMost: PostgresStore.leaseSessions)
        return PostgresLeases(id(name), terms ?? self.terms, at: pool, in: schema, wait: wait)
    }

    /// One that knows these accounts, and whose lease has begun.
    func enrolled(_ name: String, _ accounts: Set<String>) throws -> PostgresLeases {
        let daemon = daemon(name)
        _ = try daemon.answer(.renew(planned: accounts.count))
        _ = try daemon.answer(.enroll(accounts))
        return daemon
    }

    /// A session such as that daemon has.
    func session(of name: String) throws -> PostgreSQLConnection {
        try PostgreSQLConnection(address, Self.dialling(id(name).description))
    }

    @discardableResult
    func sql(_ text: String, _ parameters: [PostgreSQLValue] = []) throws -> PostgreSQLRows {
        try observer.sql(text.replacing("@", with: schema), parameters)
    }

    func isTrue(_ condition: String) throws -> Bool { try sql("SELECT (\(condition)) AS holds")[0].value("holds") }

    /// Waits for what others bring about.
    func waitUntil(_ condition: String) throws {
        let last = ContinuousClock.now + Self.plenty
        while try !isTrue(condition) {
            guard ContinuousClock.now < last else { throw NeverCame(condition: condition) }
            sched_yield()
        }
    }

    /// Of accounts.
    let locks = "pg_locks WHERE locktype = 'advisory' AND classid::int8 = hashtext('@')::int8 & 4294967295"

    /// As if the server's clock had gone on.
    func passes(_ duration: Duration) throws {
        let seconds = [PostgreSQLValue.float8(duration.inSeconds)]
        try sql("UPDATE @.daemon SET until = until - make_interval(secs => $1)", seconds)
        try sql("UPDATE @.lease SET since = since - make_interval(secs => $1)", seconds)
    }

    /// A transaction under the lock that all of an account's have.
    func beginTransaction(of name: String, on account: String) throws -> PostgreSQLConnection {
        let session = try session(of: name)
        try session.sql("BEGIN")
        try session.sql(
            "SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))", [.text(schema), .text(account)])
        return session
    }

    private static func dialling(_ name: String) -> PostgreSQLDialling {
        PostgreSQLDialling(applicationName: name, patience: plenty, unacknowledged: .seconds(10))
    }
}

struct NeverCame: Error {
    let condition: String
}

extension PostgreSQLConnection {
    @discardableResult
    func sql(_ text: String, _ parameters: [PostgreSQLValue] = []) throws -> PostgreSQLRows {
        try query(PostgreSQLStatement("asked", text, parameters), within: LeaseScene.plenty)
    }
}

extension FleetMachine.Answer {
    /// What was won, by account.
    var won: [Lease] {
        if case .taken(let leases, _, _) = self { leases.sorted { $0.account < $1.account } } else { [] }
    }

    var blocked: [FleetMachine.Blocked] {
        if case .taken(_, let blocked, _) = self { blocked } else { [] }
    }

    var held: [Lease] {
        if case .renewed(let leases) = self { leases.sorted { $0.account < $1.account } } else { [] }
    }
}
