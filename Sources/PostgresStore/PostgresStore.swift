// The state store in a PostgreSQL database, which several machines may reach.

import ChangeFeed
import EventStore
import Fleet
import Foundation
import PostgreSQLClient
import StoredForms

/// The store as its daemon has it open: the tables of all accounts, in a schema of their own.
package final class PostgresStore: Sendable {
    package var location: any StoreLocation { place }
    let place: PostgresLocation
    package let pool: SessionPool
    let schema: StoreSchema
    private let commits = CommitWatch()
    private let statistics: Statistics
    /// Dictionaries are each account's own, by its own numbers of resources; what uses them is not.
    let packingContexts = PackingContexts()
    /// Whether the tables were made just now.
    package let isNew: Bool
    private let isOfOneMoment: Bool

    /// Connects, and makes or migrates the tables as needed.
    ///
    /// - Parameters:
    ///   - making: whether tables that are not there are made; else that is a problem.
    ///   - source: the store that this one is to be filled from; nil: it is whole.
    package init(at location: PostgresLocation, making: Bool, movedFrom source: String? = nil) throws {
        place = location
        isOfOneMoment = false
        pool = Self.pool(at: location)
        schema = StoreSchema(name: location.schema)
        statistics = Statistics(pool, in: location.schema)
        isNew = try pool.lend { [schema] in
            let isNew = try schema.open(on: $0, making: making)
            if source == nil, let begun = try UnfinishedMove(in: schema).source(on: $0) {
                throw SchemaProblem.unfinishedMove(from: begun, schema: schema.name)
            }
            return isNew
        }
        if let source { try begin(moveFrom: source) }
    }

    /// The store as it is at this moment, whatever is written to it meanwhile; nobody waits for it. Only to be read.
    init(momentOf location: PostgresLocation) throws {
        place = location
        isOfOneMoment = true
        pool = Self.pool(at: location, isOneSession: true)
        schema = StoreSchema(name: location.schema)
        statistics = Statistics(pool, in: location.schema)
        isNew = false
        let begin = [
            PostgreSQLStatement("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"),
            PostgreSQLStatement(
                "settings",
                """
                SELECT set_config('idle_in_transaction_session_timeout', '0', true), set_config('statement_timeout', '0', true)
                """),
        ]
        try pool.lend { [schema] connection in
            _ = try connection.run(begin, within: PostgresLimits.patience)
            _ = try schema.open(on: connection, making: false)
            if let begun = try UnfinishedMove(in: schema).source(on: connection) {
                throw SchemaProblem.unfinishedMove(from: begun, schema: schema.name)
            }
        }
    }

    static func pool(at location: PostgresLocation, isOneSession: Bool = false) -> SessionPool {
        let dialling = PostgreSQLDialling(
            applicationName: location.holder, patience: PostgresLimits.diallingPatience,
            unacknowledged: PostgresLimits.unacknowledged)
        return SessionPool(
            location.address, dialling, atMost: isOneSession ? 1 : sessions, location.timelines,
            isOneSession: isOneSession)
    }

    /// The same, with the tables made where there are none.
    package convenience init(
        at address: PostgreSQLAddress, holder: String, schema: String = PostgresStore.standardSchema
    ) throws {
        try self.init(at: PostgresLocation(address, holder: holder, schema: schema), making: true)
    }

    package static let standardSchema = "insightly_webhooks"

    /// The daemon's verbs go one after the other; those that look, and those of visitors, go beside them.
    private static let sessions = 4

    /// A verb at a time, and one that was given up and has not ended.
    static let leaseSessions = 2

    /// The account of this name; the first time, `identity` becomes its own for good.
    ///
    /// - Parameters:
    ///   - title: what receivers are told that it is called.
    ///   - fence: under which it is written.
    package func account(
        named name: String, identity: String, title: String?, under fence: Fence?, rehearsesAlways: Bool = false,
        counting exchanges: ExchangeCount? = nil
    ) throws -> PostgresAccountStore {
        let found = try find(name) ?? make(name, identity: identity)
        return try engine(
            StoredAccount(id: found.id, identity: found.identity, title: title), under: fence,
            rehearsesAlways: rehearsesAlways, counting: exchanges)
    }

    package func account(
        named name: String, identity: String, title: String?, under epoch: Int?
    ) throws -> PostgresAccountStore {
        try account(
            named: name, identity: identity, title: title,
            under: epoch.map { Fence(account: name, epoch: Int64($0)) })
    }

    /// The account of this name; nil where no daemon has used it yet.
    package func account(named name: String) throws -> PostgresAccountStore? {
        try find(name).map { try engine($0, under: nil) }
    }

    /// All that were ever used, those that are not configured any more among them, in the order of their numbers.
    package func accounts() throws -> [PostgresAccountStore] {
        try rows("SELECT id, identity FROM \(schema.name).account ORDER BY id").map {
            try engine(StoredAccount(id: try $0.value("id"), identity: try $0.value("identity")), under: nil)
        }
    }

    /// The numbers of the accounts of which something is asked.
    package func accountsAsked() throws -> Set<Int64> {
        Set(
            try rows("SELECT DISTINCT account_id FROM \(schema.name).operator_request").map {
                try $0.value("account_id")
            })
    }

    /// Calls `body` at the end of every transaction from now on, before it is sent; where it throws, nothing of it is, and its
    /// verb throws the same. For tests of what a death at that moment leaves.
    package func beforeEachCommit(_ body: @escaping @Sendable () throws -> Void) { commits.set(body) }

    /// The leases of the accounts, as this process holds them.
    ///
    /// Their holder is what the sessions are listed under: who takes an account over ends them by that name.
    package func leases(_ terms: LeaseTerms) -> PostgresLeases {
        let holder = place.holder
        precondition(holder.utf8.count <= 63, "PostgreSQL would list the sessions of \(holder) under a shorter name")
        let sessions = pool.beside(atMost: Self.leaseSessions, patience: terms.patience)
        let wait = min(terms.lease / 15, PostgresLimits.takeOverWait)
        return PostgresLeases(DaemonID(holder), terms, at: sessions, in: schema.name, wait: wait)
    }

    /// Who holds the lease of the account of this name: nobody where it is free, or over.
    func sharing(of name: String) throws -> Sharing {
        let rows = try rows(
            """
            WITH living AS (SELECT id FROM \(schema.name).daemon WHERE until > now())
            SELECT daemons, holder, epoch, (extract(epoch FROM since) * 1000000)::bigint AS since
            FROM (SELECT count(*) AS daemons FROM living) AS counted
                LEFT JOIN (SELECT * FROM \(schema.name).lease JOIN living ON id = holder WHERE account = $1) AS led ON true
            """, [.text(name)])
        guard let row = rows.first else { return Sharing(daemons: 0, leadership: nil) }
        let leadership = try row.optional("holder", as: String.self).map {
            Leadership(holder: $0, epoch: try row.int("epoch"), since: try row.instant("since"))
        }
        return Sharing(daemons: try row.int("daemons"), leadership: leadership)
    }

    /// Lets go of the connections.
    package func finish() {
        let end = PostgreSQLStatement("ROLLBACK", "ROLLBACK")
        if isOfOneMoment { _ = try? pool.lend { try $0.query(end, within: PostgresLimits.patience) } }
        pool.close()
    }

    private func find(_ name: String) throws -> StoredAccount? {
        try rows("SELECT id, identity FROM \(schema.name).account WHERE name = $1", [.text(name)]).first.map {
            StoredAccount(id: try $0.value("id"), identity: try $0.value("identity"))
        }
    }

    /// Of several daemons that make it at once, all get the one.
    private func make(_ name: String, identity: String) throws -> StoredAccount {
        let insert = PostgreSQLStatement(
            "new account",
            "INSERT INTO \(schema.name).account (name, identity) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            [.text(name), .text(identity)])
        try commits.strike()
        try link(to: 0, under: nil).write([insert])
        guard let made = try find(name) else {
            throw StoreFailure(.failing, cause: "the account \(name) was made and is not there")
        }
        return made
    }

    private func engine(
        _ account: StoredAccount, under fence: Fence?, rehearsesAlways: Bool = false, counting: ExchangeCount? = nil
    ) throws -> PostgresAccountStore {
        try PostgresAccountStore(
            account, link(to: account.id, under: fence, rehearsesAlways: rehearsesAlways, counting: counting))
    }

    func link(
        to account: Int64, under fence: Fence?, rehearsesAlways: Bool = false, counting: ExchangeCount? = nil
    ) -> AccountLink {
        AccountLink(
            pool: pool, schema: schema.name, account: account, packing: Packing(packingContexts), claims: Claims(),
            fence: fence, commits: commits, statistics: statistics, rehearsesAlways: rehearsesAlways,
            exchanges: counting)
    }

    func rows(_ sql: String, _ parameters: [PostgreSQLValue] = []) throws -> PostgreSQLRows {
        try link(to: 0, under: nil).read([PostgreSQLStatement("accounts", sql, parameters)])[0]
    }
}
